// The guard for the application in the browser.
import { pagemend } from "pagemend/vue";

export default defineNuxtPlugin(({ vueApp }) => {
  vueApp.use(pagemend());
});
