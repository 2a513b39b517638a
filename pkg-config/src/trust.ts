// trust.js: makes addresses and texts of scripts for the guard where a page's policy requires Trusted Types. Stands before boot.js.
// It is the one policy, "pagemend", that `trusted-types` in the page's Content-Security-Policy must allow.

interface Policy {
  createScript(text: string): unknown;
  createScriptURL(url: string): unknown;
}

try {
  const policy: Policy = (window as any).trustedTypes.createPolicy("pagemend", {
    createScript: (text: string) => text,
    createScriptURL(url: string) {
      // No javascript:, no data:. A blob is a worker's, which the page has made.
      if (!/^(https?|blob):$/.test(new URL(url, document.baseURI).protocol)) throw new TypeError("pagemend: not an address of a script: " + url);
      return url;
    },
  });
  // A script's text ends with the address that it came from, on a line of its own; no address has lines.
  (window as any).__pagemendTrust = (given: string) => (/\n/.test(given) ? policy.createScript(given) : policy.createScriptURL(given));
} catch (e) {
  // No Trusted Types in this browser, or none of this name allowed.
  if ((window as any).trustedTypes) console.error("pagemend: trusted-types of the Content-Security-Policy must allow \"pagemend\": " + e);
}
