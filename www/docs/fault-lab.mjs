// What the fault lab says of each fault in Chinese (in English it has the README's table), and what a person does once both pages are there.

/** In Chinese: without the guard, and with it. */
export const EXPECTED = {
  healthy: ["正常", "正常；空闲之前除 boot.js 外不加载任何东西"],
  "slow-but-fine": ["正常", "正常；不提示，不重新加载"],
  "entry-script-primary-down": ["白屏", "自行恢复；脚本按顺序各执行一次"],
  "entry-script-dead": ["白屏", "给出提示；服务器恢复后，按下按钮页面即恢复"],
  "entry-script-html": ["白屏", "自行恢复；脚本按顺序各执行一次"],
  "style-primary-down": ["页面没有样式", "自行恢复，样式完整"],
  "chunk-gone-after-deploy": ["按钮按下去没有反应", "刷新一次，进入新版本；已填写的内容还在"],
  "render-throws": ["白屏", "发现空白；重新加载一次后恢复"],
  "render-throws-again": ["白屏", "给出带编号的提示；不再第二次重新加载"],
  "storage-corrupt": ["白屏", "先留副本，再修复该条目；草稿完好"],
  "cache-poisoned": ["白屏", "移除损坏的缓存条目，页面恢复"],
  "api-503": ["一直停在骨架屏，没有任何说明", "按服务器要求等待后重试，恢复"],
  "submit-503": ["提示失败；再按一次就会重复受理", "用同一个键重发；只受理一次"],
  "api-hangs": ["一直停在骨架屏，没有任何说明", "判定为加载超时；提示说出是哪个服务，按钮可再试"],
  "offline-then-online": ["网络已恢复，仍停在骨架屏", "说明网络已断开；恢复后自动继续，无需操作"],
  "sms-code-fails": ["“发送失败”，没有别的办法", "提供语音验证码和人工客服"],
  "link-expired": ["一直停在骨架屏，没有任何说明", "取得新链接"],
  "link-expired-no-new": ["一直停在骨架屏，没有任何说明", "说明原因，并给出继续办理的办法"],
  refused: ["“失败，请重试”，看上去像故障", "说明原因；不重试，不重新加载，不修复"],
  "telemetry-down": ["骨架屏；没有人会知道", "接收端恢复后送达，每条一次"],
  "engine-primary-down": ["白屏", "引擎取自备用域名；页面自身的故障被修复"],
  "wasm-forbidden": ["白屏", "引擎以纯 JavaScript 运行；页面自身的故障被修复"],
  "wasm-blocked": ["白屏", "boot.js 恢复了页面；以纯 JavaScript 运行的引擎上报了此事"],
  "wasm-blocked-and-dead": ["白屏", "最后手段的提示；服务器恢复后按钮有效"],
};

const DEPLOY = { act: "deploy", body: { build: "b" }, en: "Deploy the next release", zh: "发布新版本" };
const HEAL = { act: "heal", body: {}, en: "Heal the server", zh: "恢复服务器" };
/** The browser itself stays online. */
const CUT = { act: "offline", body: { ms: 12000 }, en: "Cut the network for 12 s", zh: "断网 12 秒" };
const WAIT = { en: "Wait some seconds until the guarded page says what is wrong.", zh: "等待几秒，直到右侧页面说明情况。" };
const PRESS = { en: "Press the button of its prompt.", zh: "按下提示中的按钮。" };
const SEND = { en: "In both pages type any six digits as the code, and press 确认借款 (Confirm loan).", zh: "在两个页面中随意输入六位验证码，然后按“确认借款”。" };

/** What to do for it, in order; a step with `act` is a button that does it to both servers. */
export const STEPS = {
  "entry-script-dead": [WAIT, HEAL, PRESS],
  "chunk-gone-after-deploy": [DEPLOY, { en: "Press 下一步 (Next) in both pages: the next page is a file of the old release.", zh: "在两个页面中按“下一步”：下一页是旧版本的文件。" }],
  "submit-503": [SEND],
  "api-hangs": [WAIT, HEAL, PRESS],
  "offline-then-online": [CUT, { en: "Press 额度 (Credit) at the bottom of both pages, and wait. The browser itself stays online, so the cause may be told as network.", zh: "在两个页面底部按“额度”，然后等待。浏览器自身并未断网，因此原因可能显示为 network。" }],
  "sms-code-fails": [{ en: "Press 获取验证码 (Send code) in both pages.", zh: "在两个页面中按“获取验证码”。" }],
  refused: [SEND],
  "telemetry-down": [{ en: "The page recovers; its report waits on the device.", zh: "页面会恢复；事件记录留在本机等待。" }, HEAL],
  "wasm-blocked-and-dead": [WAIT, HEAL, PRESS],
};
