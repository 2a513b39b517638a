// Settings of the deployment; parser-blocking, because every later script reads them.
(function () {
  (window.__ran = window.__ran || []).push("env");
  window.__ENV__ = { apiBase: "/api", channel: "h5", hotline: "400-800-1234" };
})();
