// Hands on what the recorder tells it, at once: the page may be about to go away. Served with the address that takes it.
onmessage = ({ data }) => {
  const post = (url) => fetch(url, { method: "POST", body: data, keepalive: true });
  // A browser that gives a worker its page's policy allows the page's own origin only.
  post("{{hub}}").catch(() => post("/judge/report"));
};
postMessage("up");
