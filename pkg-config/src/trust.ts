// trust.js: makes addresses and texts of scripts for the guard where a page's policy requires Trusted Types. Stands before boot.js.
// It is the one policy, "pagemend", that `trusted-types` in the page's Content-Security-Policy must allow.

interface Policy {
  createHTML(markup: string): unknown;
  createScript(text: string): unknown;
  createScriptURL(url: string): unknown;
}

try {
  const policy: Policy = (window as any).trustedTypes.createPolicy("pagemend", {
    // One element that names a script and holds nothing, written where the parser stands.
    createHTML(markup: string) {
      const address = /^<script(?: [\w:-]+="[^"]*")*? src="([^"]+)"(?: [\w:-]+="[^"]*")*><\/script>$/.exec(markup)?.[1];
      if (!address || !/^https?:$/.test(new URL(address, document.baseURI).protocol)) throw new TypeError("pagemend: not a script from elsewhere: " + markup);
      return markup;
    },
    createScript: (text: string) => text,
    createScriptURL(url: string) {
      // No javascript:, no data:. A blob is a worker's, which the page has made.
      if (!/^(https?|blob):$/.test(new URL(url, document.baseURI).protocol)) throw new TypeError("pagemend: not an address of a script: " + url);
      return url;
    },
  });
  // Markup is one script element; an address begins with its scheme or a slash, and has no blanks; the rest is the text of a script.
  (window as any).__pagemendTrust = (given: string) =>
    /^<script /.test(given) ? policy.createHTML(given) : /^(\w+:|\.*\/)\S*$/.test(given) ? policy.createScriptURL(given) : policy.createScript(given);
} catch (e) {
  // No Trusted Types in this browser, or none of this name allowed.
  if ((window as any).trustedTypes) console.error("pagemend: trusted-types of the Content-Security-Policy must allow \"pagemend\": " + e);
}
