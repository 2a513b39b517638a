// Entry of the application.
import "./style.css";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router";
import { recall } from "./cache";
import { openPanel } from "./lab/entry";
import { english, t } from "./text";

if (!window.__ENV__ || !window.__RISK__) throw new Error("app: env.js and sdk.js must run before the application");
(window.__ran ??= []).push("app");

openPanel();

document.documentElement.lang = english ? "en" : "zh-CN";
document.title = t("青禾借款", "Qinghe Loans");

recall();

const app = createApp(App);
// A tree whose rendering threw is in no defined state: take it down, and let the error reach window.onerror.
app.config.errorHandler = (error, _instance, info) => {
  const rendering = /runtime-[01]$|render function|setup function/.test(info);
  // Later, because the first mount may still be under way.
  setTimeout(() => {
    if (rendering) app.unmount();
    throw error;
  });
};
app.use(router);
app.mount("#app");

if ("serviceWorker" in navigator) {
  window.addEventListener("load", () => {
    navigator.serviceWorker.register("/sw.js").catch(() => {
      // Private windows and some WebViews refuse: the site works without.
    });
  });
}
