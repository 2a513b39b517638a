// boot.js, first into <head>: right after <meta charset>, which Nuxt writes there.
import { bootTag } from "pagemend/tag";
import { config } from "../../pagemend.config.mjs";

const tag = bootTag(config);

export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook("render:response", (response) => {
    if (typeof response.body === "string") response.body = response.body.replace(/<head><meta charset="utf-8">/, (head) => head + tag);
  });
});
