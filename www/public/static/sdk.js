// The risk-control SDK that lenders load beside their application: deferred, and useless without the settings of env.js.
(function () {
  var env = window.__ENV__;
  if (!env || !env.apiBase) throw new Error("risk sdk: window.__ENV__ is missing, env.js must run first");
  // One random number a page view; nothing about the device is read or kept.
  var bytes = crypto.getRandomValues(new Uint8Array(8));
  var session = Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  window.__RISK__ = { channel: env.channel, session: session };
  window.__ran.push("sdk");
})();
