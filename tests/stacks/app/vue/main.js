// The application's entry.
import { createApp } from "vue";
import { pagemend } from "pagemend/vue";
import App from "./App.vue";

createApp(App).use(pagemend()).mount("#app");
