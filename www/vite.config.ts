// Vite configuration of the lending site, and the one place where it configures Pagemend.
import vue from "@vitejs/plugin-vue";
import { pagemend } from "pagemend/vite";
import { defineConfig, type Plugin } from "vite";

// build.mjs sets both: the site is built twice, as two releases.
const build = process.env.VITE_BUILD ?? "dev";
const builtAt = Number(process.env.VITE_BUILT_AT ?? Date.now());

const options = {
  service: "lending-h5",
  endpoint: "/v1/logs",
  root: "#app",
  furniture: [".site-header", ".van-nav-bar", ".van-tabbar", ".site-footer", "#lab-panel"],
  storage: { drafts: ["loan:draft"], json: ["loan:home-cache", "loan:draft"] },
  services: [
    { match: "/api/home", name: { zh: "额度服务", en: "Credit line service" } },
    { match: "/api/repay", name: { zh: "还款服务", en: "Repayment service" } },
    { match: "/api/sms", name: { zh: "短信验证码服务", en: "SMS code service" } },
    { match: "/api/loan", name: { zh: "借款申请服务", en: "Loan application service" } },
  ],
  help: { phone: "400-800-1234", hours: "9:00–21:00", url: "/help.html" },
  alternatives: [
    { id: "voice", label: { zh: "语音验证码", en: "Voice call" } },
    { id: "human", label: { zh: "人工客服", en: "Human service" } },
  ],
  refusals: {
    RISK_REJECTED: {
      zh: "综合评估后，本次申请未能通过。这不是系统故障，您的信用记录不会因此受影响；您可以在 30 天后重新申请，或联系人工客服了解原因。",
      en: "After review, this application was not approved. Nothing is broken, and your credit record is not affected. You can apply again in 30 days, or ask our staff for the reason.",
    },
  },
  renewLink: "/api/link/renew",
  freshness: { url: "/pagemend/build.json" },
  deadlines: { settleMs: 2000, loadingMs: 6000, requestMs: 5000 },
};

// Vant's icon font carries itself, and a copy on somebody's CDN, which the content security policy would report at each load.
const ownIconFont: Plugin = {
  name: "own-icon-font",
  enforce: "pre",
  transform: (code, id) => (id.includes("vant/es/icon/index.css") ? code.replace(/,\s*url\(\/\/[^)]+\)\s*format\("woff"\)/, "") : null),
};

export default defineConfig({
  plugins: [
    vue(),
    ownIconFont,
    // The server replaces __BACKUP_ORIGIN__ and __CSP_NONCE__ in each HTML answer.
    pagemend({ build, builtAt, fallback: ["__BACKUP_ORIGIN__"], options }),
  ],
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    target: "es2022",
    reportCompressedSize: false,
    // Small pictures as files: a data: URL would hide them from the asset faults.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        entryFileNames: "assets/index-[hash].js",
        // Chunks of Vant are called after its file names; only the entry may carry the name index.
        chunkFileNames: (chunk) => (/^(index|style)$/.test(chunk.name) ? "assets/shared-[hash].js" : "assets/[name]-[hash].js"),
        assetFileNames: "assets/[name]-[hash][extname]",
        // One entry script and one entry style sheet: what the first page needs comes or fails as a whole.
        codeSplitting: { groups: [{ name: "index", tags: ["$initial"] }] },
      },
    },
  },
});
