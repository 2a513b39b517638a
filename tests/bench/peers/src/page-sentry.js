// @sentry/browser in the lending site, set up as its guide says, with tracing. What it sends goes to the site's own server.
import * as Sentry from "@sentry/browser";

Sentry.init({
  dsn: `${location.protocol}//public@${location.host}/1`,
  tunnel: "/v1/any",
  integrations: [Sentry.browserTracingIntegration()],
  tracesSampleRate: 1,
});
