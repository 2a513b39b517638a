// What boot.js and the build manifest are told, in one place.
const { SERVICE, BUILD, BUILD_NUMBER, BACKUP_ORIGIN } = process.env;

export const release = { build: BUILD, buildNumber: Number(BUILD_NUMBER) };

export const config = {
  engine: ["/pagemend/"], // where it is served: SvelteKit has no fixed base
  fallback: [BACKUP_ORIGIN], // serves the same files, with CORS
  options: { ...release, service: SERVICE, endpoint: "/v1/logs", locale: "en", step: "apply" },
};
