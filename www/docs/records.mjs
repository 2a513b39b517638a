// What each field of a record is, in English and Chinese, for the pages on privacy. A field that is not told here, or is told and not sent, fails the build.
export const FIELDS = {
  "pagemend.incident.id": { en: "The incident, by chance; says nothing of the user.", zh: "事件编号，随机生成，与用户无关。" },
  "pagemend.incident.revision": { en: "Counts what was sent about it; keep the highest.", zh: "第几次上报，以最大者为准。" },
  "pagemend.cause": { en: "Why the page failed: one of a closed set.", zh: "故障原因，取自固定词表。" },
  "pagemend.outcome": { en: "How it stands: one of a closed set.", zh: "当前结果，取自固定词表。" },
  "pagemend.step": { en: "Where in the journey, by `guard.step` or the first part of the path.", zh: "用户所处的步骤：由 `guard.step` 指定，否则为路径的第一段。" },
  "pagemend.build": { en: "The running build, as the page named it.", zh: "正在运行的版本，由页面命名。" },
  "pagemend.page": { en: "The path, without query; parts that are not common words are hashed.", zh: "路径，不含查询串；非常用词的段以短哈希代替。" },
  "pagemend.reference": { en: "The short code that the prompt shows.", zh: "提示中显示的短编号。" },
  "pagemend.duration_ms": { en: "Milliseconds since it was detected.", zh: "发现至今的毫秒数。" },
  "pagemend.evidence": { en: "What was found: kind and detail, redacted.", zh: "发现了什么：类别与细节，已脱敏。" },
  "pagemend.timeline": { en: "Milliseconds since detection, stage, detail, redacted.", zh: "时间线：发现后的毫秒数、阶段与细节，已脱敏。" },
  "pagemend.dropped": { en: "Findings and lines that did not fit.", zh: "因超出上限而略去的条数。" },
  "pagemend.playbook.version": { en: "Version of the remote playbook that held, where one did.", zh: "当时生效的远程预案的版本；没有则无此项。" },
  "session.id": { en: "By chance, for the session; only with `consent: \"granted\"`.", zh: "随机的会话编号，仅在 `consent: \"granted\"` 之后出现。" },
  "pagemend.verdict": { en: "What a look at the page saw.", zh: "页面被判定为何种状态。" },
  "pagemend.retries.asked": { en: "Requests beyond the page's own.", zh: "页面自身之外多发的请求数。" },
  "pagemend.retries.recovered": { en: "What came in the end.", zh: "最终取回的数量。" },
  "pagemend.retries.lost": { en: "What did not.", zh: "未能取回的数量。" },
  "pagemend.place": { en: "Where in the guard's own source it failed.", zh: "守护程序自身出错的源码位置。" },
  "service.name": { en: "The option `service`.", zh: "选项 `service`。" },
  "service.version": { en: "The running build.", zh: "正在运行的版本。" },
  "telemetry.sdk.name": { en: "`pagemend`.", zh: "`pagemend`。" },
  "telemetry.sdk.version": { en: "The guard's version.", zh: "守护程序的版本。" },
  "telemetry.sdk.language": { en: "`rust`.", zh: "`rust`。" },
};

/** The records, by their event names. */
export const EVENTS = {
  "pagemend.incident": { en: "An incident, at each revision", zh: "事件（每次更新一条）" },
  "pagemend.page": { en: "A page view: the denominator of every rate", zh: "页面浏览（各比率的分母）" },
  "pagemend.retries": { en: "What retries came to, when the page is left", zh: "离开页面时的重试合计" },
  "pagemend.guard.failed": { en: "A failure of the guard's own", zh: "守护程序自身的故障" },
  "pagemend.playbook.refused": { en: "A remote playbook that was not taken, and why", zh: "未被采用的远程预案及其原因" },
};
