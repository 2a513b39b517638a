// The default theme without its fonts, and the components that the pages use.
import DefaultTheme from "vitepress/theme-without-fonts";
import type { Theme } from "vitepress";
import FaultLab from "./components/FaultLab.vue";
import IncidentWay from "./components/IncidentWay.vue";
import PromptCards from "./components/PromptCards.vue";
import ThreeParts from "./components/ThreeParts.vue";
import Layout from "./Layout.vue";
import "./style.css";

export default {
  extends: DefaultTheme,
  Layout,
  enhanceApp({ app }) {
    app.component("FaultLab", FaultLab);
    app.component("IncidentWay", IncidentWay);
    app.component("PromptCards", PromptCards);
    app.component("ThreeParts", ThreeParts);
  },
} satisfies Theme;
