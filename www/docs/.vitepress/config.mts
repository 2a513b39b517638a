// The documentation's site: two languages, everything on its own origin, no script or font from elsewhere.
import { defineConfig, type DefaultTheme } from "vitepress";

const start: DefaultTheme.SidebarItem[] = [
  { text: "Start in five minutes", link: "/start/" },
  { text: "Vite", link: "/start/vite" },
  { text: "webpack", link: "/start/webpack" },
  { text: "Rspack", link: "/start/rspack" },
  { text: "Rsbuild", link: "/start/rsbuild" },
  { text: "Rollup", link: "/start/rollup" },
  { text: "esbuild", link: "/start/esbuild" },
  { text: "Farm", link: "/start/farm" },
  { text: "Plain HTML", link: "/start/html" },
  { text: "Frameworks on a server", link: "/start/frameworks" },
  { text: "Server templates", link: "/start/server" },
  { text: "React", link: "/start/react" },
  { text: "Vue", link: "/start/vue" },
];

const en: DefaultTheme.Config = {
  nav: [
    { text: "Start", link: "/start/", activeMatch: "^/start/" },
    { text: "How it works", link: "/guide/how-it-works", activeMatch: "^/guide/" },
    { text: "Reference", link: "/reference/options", activeMatch: "^/reference/" },
    { text: "Fault lab", link: "/fault-lab" },
  ],
  sidebar: [
    { text: "Start", items: start },
    {
      text: "Guide",
      items: [
        { text: "How it works", link: "/guide/how-it-works" },
        { text: "Content-Security-Policy", link: "/guide/csp" },
        { text: "Cache headers", link: "/guide/cache-headers" },
        { text: "Collector", link: "/guide/collector" },
        { text: "Remote playbook", link: "/guide/playbook" },
        { text: "Key actions and drafts", link: "/guide/key-actions" },
        { text: "Testing your page", link: "/guide/testing" },
        { text: "Seeing what it does", link: "/guide/debug" },
        { text: "Native WebViews", link: "/guide/webviews" },
        { text: "Privacy", link: "/guide/privacy" },
        { text: "What is not protected", link: "/guide/limits" },
        { text: "Browsers", link: "/guide/browsers" },
        { text: "FAQ", link: "/guide/faq" },
      ],
    },
    {
      text: "Reference",
      items: [
        { text: "Options", link: "/reference/options" },
        { text: "Boot and plugin options", link: "/reference/boot" },
        { text: "The guard's methods", link: "/reference/guard" },
        { text: "Events", link: "/reference/events" },
        { text: "Causes and verdicts", link: "/reference/causes" },
        { text: "Prompts", link: "/reference/prompts" },
        { text: "Build manifest", link: "/reference/manifest" },
        { text: "Doctor", link: "/reference/doctor" },
        { text: "Promises", link: "/reference/promises" },
        { text: "Sizes", link: "/reference/sizes" },
      ],
    },
    { text: "Fault lab", link: "/fault-lab" },
  ],
  outline: { level: [2, 3] },
  notFound: { title: "There is no such page", quote: "It may have another address now.", linkLabel: "To the first page", linkText: "To the first page" },
};

const zh: DefaultTheme.Config = {
  nav: [
    { text: "开始", link: "/zh/start" },
    { text: "用户看到什么", link: "/zh/prompts" },
    { text: "隐私", link: "/zh/privacy" },
    { text: "故障实验室", link: "/zh/fault-lab" },
  ],
  sidebar: [
    { text: "五分钟上手", link: "/zh/start" },
    { text: "用户看到什么", link: "/zh/prompts" },
    { text: "远程预案", link: "/zh/playbook" },
    { text: "隐私", link: "/zh/privacy" },
    { text: "看清它在做什么", link: "/zh/debug" },
    { text: "常见问题", link: "/zh/faq" },
    { text: "故障实验室", link: "/zh/fault-lab" },
    { text: "英文参考", items: [{ text: "全部选项", link: "/reference/options" }, { text: "故障原因", link: "/reference/causes" }, { text: "事件", link: "/reference/events" }] },
  ],
  outline: { level: [2, 3], label: "本页目录" },
  docFooter: { prev: "上一页", next: "下一页" },
  darkModeSwitchLabel: "深浅色",
  lightModeSwitchTitle: "切换到浅色",
  darkModeSwitchTitle: "切换到深色",
  sidebarMenuLabel: "目录",
  returnToTopLabel: "回到顶部",
  langMenuLabel: "切换语言",
  skipToContentLabel: "跳到正文",
  notFound: { title: "没有这个页面", quote: "它可能换了地址。", linkLabel: "回到首页", linkText: "回到首页" },
};

export default defineConfig({
  title: "Pagemend",
  description: "Keeps an online-lending web page usable: finds blank renders and stale caches, heals them, explains what it cannot heal, and reports it.",
  cleanUrls: true,
  cacheDir: "node_modules/.vitepress",
  srcExclude: ["generated/**"],
  head: [["link", { rel: "icon", href: "/icon.svg", type: "image/svg+xml" }]],
  locales: {
    root: { label: "English", lang: "en", themeConfig: en },
    zh: {
      label: "中文", lang: "zh-CN", link: "/zh/", themeConfig: zh,
      description: "守护网络借贷页面：发现白屏与过期缓存，能修的修好，不能修的说清楚，并如实上报。",
    },
  },
  markdown: {
    // The usual themes are too pale for small code.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    // Code between words may hold {{ }} of other templates, which are not Vue's.
    config: (md) => void (md.renderer.rules.code_inline = (tokens, at) => `<code v-pre>${md.utils.escapeHtml(tokens[at]!.content)}</code>`),
  },
  themeConfig: {
    // Not every page has a twin: another language begins at its first page.
    i18nRouting: false,
    logo: { src: "/icon.svg", alt: "" },
    search: {
      provider: "local",
      options: {
        locales: {
          zh: {
            translations: {
              button: { buttonText: "搜索", buttonAriaLabel: "搜索" },
              modal: { noResultsText: "没有找到", resetButtonTitle: "清除", footer: { selectText: "选择", navigateText: "切换", closeText: "关闭" } },
            },
          },
        },
      },
    },
  },
});
