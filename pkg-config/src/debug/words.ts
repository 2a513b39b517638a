// What the overlay says, in English and Chinese.
import type { FreshnessState, GuardState, Ink, RenderState, Timer } from "../types.js";

export type Language = "zh" | "en";
type Words<Code extends string> = Record<Code, readonly [en: string, zh: string]>;

const STATES: Words<RenderState> = {
  content: ["the page shows its content", "页面显示了内容"],
  blank: ["nothing of the page can be seen", "看不到页面的任何内容"],
  partial: ["only its frame can be seen", "只看得到框架，没有主要内容"],
  loading: ["only placeholders can be seen", "只看得到加载占位"],
  pending: ["too early to say", "还太早，无法判断"],
  unknown: ["cannot be told", "无法判断"],
};

const BUILDS: Words<FreshnessState> = {
  fresh: ["the live one", "就是线上版本"],
  stale: ["outdated", "已过时"],
  withdrawn: ["taken back", "已被撤回"],
  unknown: ["the live one is not known", "线上版本未知"],
};

const TIMERS: Words<Timer> = {
  render: ["a look at the page", "检查页面"],
  retry: ["a retry", "重试"],
  freshness: ["the build manifest", "查询线上版本"],
  expiry: ["something that ends", "即将到期的内容"],
  incident: ["the next step of an incident", "事件的下一步"],
  playbook: ["the playbook", "远程预案"],
  telemetry: ["telemetry", "发送遥测"],
  network: ["whether the network is back", "网络是否恢复"],
  answer: ["an answer of the browser", "等待浏览器的回应"],
};

const CONSENTS: Words<GuardState["consent"]> = {
  pending: ["not asked yet", "尚未询问"],
  granted: ["granted", "已同意"],
  denied: ["denied", "已拒绝"],
};

const INKS: Words<Ink> = {
  text: ["text", "文字"],
  image: ["picture", "图片"],
  canvas: ["canvas", "画布"],
  video: ["video", "视频"],
  vector: ["drawing", "矢量图"],
  control: ["control", "控件"],
  background: ["background", "背景图"],
  foreign: ["frame", "外部框架"],
  placeholder: ["placeholder", "占位"],
  block: ["block", "色块"],
};

const SIGHTS: Words<string> = {
  seen: ["seen", "可见"],
  hidden: ["hidden", "被隐藏"],
  transparent: ["transparent", "透明"],
  clipped: ["clipped away", "被裁掉"],
  "off-screen": ["off screen", "在屏幕外"],
  "same-colour": ["same colour as its ground", "与底色相同"],
  covered: ["covered", "被遮住"],
  empty: ["did not come", "没有加载到"],
};

const TEXTS = {
  name: ["Pagemend debug", "Pagemend 调试"],
  collapse: ["Collapse", "收起"],
  expand: ["Expand", "展开"],
  look: ["Look at the page now", "立即检查页面"],
  move: ["Move to the next corner", "移到下一个角落"],
  marks: ["Outline the marks", "描出标记"],
  close: ["Close, and end debugging in this tab", "关闭，并结束本标签页的调试"],
  details: ["Details", "详情"],
  verdicts: ["Verdicts", "判定"],
  evidence: ["Marks of the last look", "最近一次检查的标记"],
  incidents: ["Incidents", "事件"],
  guard: ["The guard", "守护状态"],
  none: ["None yet.", "暂无。"],
  noMarks: ["Nothing was found that leaves a mark on the screen.", "没有找到任何会显示出来的内容。"],
  furniture: ["furniture", "框架"],
  earlier: ["earlier", "更早"],
  build: ["Build", "版本"],
  live: ["live", "线上"],
  retries: ["Retries left", "剩余重试"],
  next: ["Next", "下一步"],
  nothing: ["nothing: it waits for an event", "没有：等待事件发生"],
  telemetry: ["Telemetry", "遥测"],
  waiting: ["waiting", "条待发送"],
  unsent: ["nothing is sent", "不发送"],
  consent: ["Consent", "用户同意"],
  playbook: ["Playbook", "远程预案"],
  noPlaybook: ["none in force", "无生效的预案"],
  silent: ["no prompts", "不提示用户"],
  mute: ["no telemetry", "不发送遥测"],
  without: ["without", "不使用"],
  mode: ["Mode", "模式"],
  watching: ["watching only, in development", "开发环境：只观察"],
  dropped: ["Did not fit", "未记下"],
  down: ["The guard does not run.", "守护没有运行。"],
} as const;

export interface Say {
  language: Language;
  text(name: keyof typeof TEXTS): string;
  state(code: RenderState): string;
  build(code: FreshnessState): string;
  timer(code: Timer): string;
  consent(code: GuardState["consent"]): string;
  ink(code: Ink): string;
  sight(code: string): string;
  seconds(ms: number): string;
}

/** A word that an engine of a later version has is said as it is. */
export function words(language: Language): Say {
  const at = language === "zh" ? 1 : 0;
  const from =
    <Code extends string>(table: Words<Code>) =>
    (code: Code): string =>
      table[code]?.[at] ?? code;
  return {
    language,
    text: from<keyof typeof TEXTS>(TEXTS),
    state: from(STATES),
    build: from(BUILDS),
    timer: from(TIMERS),
    consent: from(CONSENTS),
    ink: from(INKS),
    sight: from(SIGHTS),
    seconds: (ms) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} ${at ? "秒" : "s"}`,
  };
}

/** The language of the prompts. */
export function languageOf(locale: unknown): Language {
  if (locale === "zh-CN" || locale === "en") return locale === "en" ? "en" : "zh";
  return /^zh/i.test(document.documentElement.lang) || /^zh/i.test(navigator.language) ? "zh" : "en";
}
