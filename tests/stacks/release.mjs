// What a build of these projects is told by its environment, as a CI would: which release it is, and which origin serves the same files.
export const { SERVICE, BUILD, BUILD_NUMBER, BACKUP_ORIGIN } = process.env;
if (!SERVICE || !BUILD || !BUILD_NUMBER || !BACKUP_ORIGIN) throw new Error("SERVICE, BUILD, BUILD_NUMBER and BACKUP_ORIGIN must be set: tests/stacks/build.mjs does that");

/** What the application's code says of its release. */
export const define = { "process.env.BUILD": JSON.stringify(BUILD) };

/** What a bundler's plugin is given. */
export const pagemendOptions = {
  build: BUILD,
  buildNumber: Number(BUILD_NUMBER),
  fallback: [BACKUP_ORIGIN],
  locale: "en",
  options: { service: SERVICE, endpoint: "/v1/logs", step: "apply" },
};
