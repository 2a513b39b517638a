export default defineNuxtConfig({
  compatibilityDate: "2026-01-01",
  telemetry: false,
  app: { rootId: "app", head: { htmlAttrs: { lang: "en" }, title: "Lending", link: [{ rel: "icon", href: "data:," }] } },
  vite: { define: { "process.env.BUILD": JSON.stringify(process.env.BUILD) } },
  hooks: {
    // A view that was prefetched is there when its file is gone: what is tested is one that was not.
    "build:manifest": (manifest) => {
      for (const file of Object.values(manifest)) file.prefetch = false;
    },
  },
});
