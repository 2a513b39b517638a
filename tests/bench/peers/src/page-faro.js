// @grafana/faro-web-sdk in the lending site, set up as its guide says. What it sends goes to the site's own server.
import { getWebInstrumentations, initializeFaro } from "@grafana/faro-web-sdk";

initializeFaro({
  url: "/v1/any",
  app: { name: "lending-h5", version: "1.0.0" },
  instrumentations: [...getWebInstrumentations()],
});
