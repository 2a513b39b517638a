// explain.js: an incident in sentences, for whoever asks why the guard did what it did. Loaded when `guard.explain` is first called.
import type { Cause, EvidenceKind, Explanation, IncidentOutcome, IncidentStage, IncidentStory } from "./types.js";

type Language = "zh" | "en";
type Words<Code extends string> = Record<Code, readonly [en: string, zh: string]>;

const CAUSES: Words<Cause> = {
  offline: ["there was no network", "没有网络"],
  network: ["the network failed", "网络出错"],
  overload: ["a server was overloaded", "服务器过载"],
  api: ["a call of the page failed", "页面的接口调用失败"],
  resource: ["a file of the page did not come", "页面的文件没有加载到"],
  script: ["a script of the page threw", "页面脚本抛出了错误"],
  "stale-deploy": ["the page is of an older build than the one that is live", "页面的版本比线上的旧"],
  "stale-link": ["the link or the session had ended", "链接或会话已过期"],
  "cache-damaged": ["what the device had stored was damaged", "设备上保存的数据已损坏"],
  "storage-stuck": ["a store of the device was full, blocked or lost", "设备存储已满、被占用或丢失"],
  translated: ["the page was altered from outside, most often by a translation", "页面被外部改动，多半是浏览器翻译"],
  unsupported: ["the browser lacks something that the page needs", "浏览器缺少页面需要的功能"],
  "blocked-by-policy": ["a Content-Security-Policy forbade it", "被内容安全策略（CSP）禁止"],
  refused: ["the server refused, which is its decision and no fault", "服务器拒绝：这是业务决定，不是故障"],
  "hidden-by-style": ["a style hides the page", "页面被样式隐藏"],
  unknown: ["the cause is not known", "原因不明"],
};

const FINDINGS: Words<EvidenceKind> = {
  offline: ["the device was offline", "设备离线"],
  "network-error": ["a request got no answer", "请求没有得到回应"],
  overloaded: ["a server asked to come back later", "服务器要求稍后再试"],
  "api-error": ["a call was answered with an error", "接口返回错误"],
  "api-hang": ["a call was not answered in time", "接口迟迟没有回应"],
  "resource-failed": ["a file failed to load", "文件加载失败"],
  "resource-html": ["a page came in place of a file", "本该是文件，得到的却是网页"],
  "import-failed": ["a lazy part of the page did not come", "按需加载的部分没有加载到"],
  "script-error": ["a script threw", "脚本抛出错误"],
  "unsupported-syntax": ["a script is written in what this browser does not read", "脚本用了这个浏览器不认识的语法"],
  "newer-build": ["a newer build is live", "线上已有新版本"],
  "served-stale": ["after a reload the older build came again", "重新加载后仍是旧版本"],
  "link-expired": ["the link had expired", "链接已过期"],
  "session-ended": ["the session had ended", "会话已结束"],
  "damaged-entry": ["an entry in storage is damaged", "本地存储里有损坏的数据"],
  "suspect-entry": ["an entry in storage is of another build", "本地存储里有其他版本的数据"],
  "poisoned-cache": ["Cache Storage holds wrong bytes", "Cache Storage 里的内容不对"],
  "storage-stuck": ["a store does not work", "存储无法使用"],
  "blocked-by-policy": ["a policy forbade something", "策略禁止了某项操作"],
  refused: ["the server refused", "服务器拒绝"],
  "hidden-by-style": ["content is there, and a style hides it", "内容存在，但被样式隐藏"],
  render: ["what a person sees of the page", "用户看到的页面"],
  "engine-origin": ["an origin did not serve the guard's engine", "有来源没有提供守护引擎"],
  altered: ["somebody else changed the document", "文档被他人改动"],
  "reload-loop": ["the page reloaded itself over and over", "页面不停地自行重新加载"],
  remembered: ["found in the document before", "在上一个文档中发现"],
};

const STAGES: Words<IncidentStage> = {
  detected: ["seen", "发现"],
  diagnosed: ["looked into", "诊断"],
  retried: ["tried again", "重试"],
  repaired: ["repaired", "修复"],
  reloaded: ["loaded anew", "重新加载"],
  withheld: ["held back on purpose", "有意没有做"],
  prompted: ["asked the user", "提示用户"],
  answered: ["the user answered", "用户回答"],
  ended: ["ended", "结束"],
};

const OUTCOMES: Words<IncidentOutcome> = {
  open: ["It is still open: the next look at the page decides.", "尚未结束：由下一次检查决定。"],
  prompted: ["A prompt stands before the user; the guard does nothing more until it is answered.", "已提示用户；在用户回答之前不再做任何事。"],
  recovered: ["The page came back, so nothing more was done.", "页面已恢复，因此没有再做什么。"],
  harmless: ["Nobody missed what failed, so nothing was done about it.", "没有人受到影响，因此没有处理。"],
  refused: ["The server has decided: a retry, a repair or a reload would not change that.", "这是服务器的决定：重试、修复或重新加载都不会改变它。"],
  abandoned: ["It was given up: the page was left, or nothing more could be done in time.", "已放弃：用户离开了页面，或来不及再做什么。"],
};

const TITLES = {
  seen: ["What was seen, the strongest first:", "发现（由强到弱）："],
  weighed: ["How it was weighed:", "判断："],
  done: ["What was done:", "处理过程："],
  held: ["What was not done, and why:", "没有做的，以及原因："],
  end: ["Why not more:", "为什么没有做更多："],
} as const;

const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;

/** What was found, in words. */
export function wordsOf(kind: EvidenceKind, language: Language): string {
  return FINDINGS[kind]?.[language === "zh" ? 1 : 0] ?? kind;
}

/** The story as a text of a few lines. */
export function explained(incident: IncidentStory, language: Language): Explanation {
  const zh = language === "zh";
  const say = <Code extends string>(words: Words<Code>, code: Code) => words[code]?.[zh ? 1 : 0] ?? code;
  const title = (name: keyof typeof TITLES) => TITLES[name][zh ? 1 : 0];
  const line = (text: string, detail: string) => `  - ${text}${detail ? (zh ? `：${detail}` : `: ${detail}`) : ""}`;
  const { cause, evidence, timeline, outcome, reference, dropped } = incident;
  const last = timeline.at(-1)?.at ?? 0;

  const place = [incident.page, incident.step && (zh ? `步骤 ${incident.step}` : `step ${incident.step}`), incident.build && (zh ? `版本 ${incident.build}` : `build ${incident.build}`)].filter(Boolean).join(", ");
  const head = zh
    ? `事件 ${reference}（${place}）：${say(CAUSES, cause)}（${cause}）。持续 ${seconds(last)}，结果：${outcome}。`
    : `Incident ${reference} (${place}): ${say(CAUSES, cause)} (${cause}). After ${seconds(last)}: ${outcome}.`;

  const causes = new Map<Cause, number>();
  for (const found of evidence) causes.set(found.cause, Math.max(causes.get(found.cause) ?? 0, found.weight));
  const weighed = [...causes].map(([of, weight]) =>
    line(zh ? `${say(CAUSES, of)}（${of}），最强的证据 ${weight}/100` : `${say(CAUSES, of)} (${of}), its strongest finding proves it by ${weight} of 100`, of === cause ? (zh ? "采信" : "taken for the cause") : ""),
  );

  const moment = ({ at, stage, detail }: IncidentStory["timeline"][number]) => line(`${seconds(at)} ${say(STAGES, stage)}`, detail);
  const held = timeline.filter(({ stage }) => stage === "withheld");
  const blocks = [
    [title("seen"), ...evidence.map((found) => line(say(FINDINGS, found.kind), found.detail))],
    [title("weighed"), ...weighed],
    [title("done"), ...timeline.filter(({ stage }) => stage !== "withheld").map(moment)],
    held.length ? [title("held"), ...held.map(moment)] : [],
    [`${title("end")} ${say(OUTCOMES, outcome)}`],
    dropped ? [zh ? `另有 ${dropped} 条没有记下。` : `${dropped} more did not fit.`] : [],
  ];
  return { text: [head, ...blocks.flat()].join("\n"), incident };
}
