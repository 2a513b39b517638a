// What a row's expressions may name: what the page shows of its own, and what the guard says.
const app = document.querySelector("#app");
const text = (app?.innerText ?? "").trim();
const words = (root) => [...root.children].filter((e) => e.localName !== "style").map((e) => e.innerText ?? "").join("\n").trim();
const hosts = [...document.querySelectorAll("pagemend-prompt")].filter((e) => e.shadowRoot && words(e.shadowRoot));
const prompt = hosts.length && {
  count: hosts.length, kind: hosts[0].dataset.kind ?? "", modal: hosts[0].dataset.modal ?? "", text: words(hosts[0].shadowRoot),
  choices: [...hosts[0].shadowRoot.querySelectorAll("[data-choice]")].map((button) => button.dataset.choice),
};
const lastResort = document.querySelector("#pagemend-last-resort");
const resort = lastResort && words(lastResort.shadowRoot ?? { children: [lastResort] });
const told = (prompt ? prompt.text : "") || resort || "";
// The last resort has one button, which loads the page anew.
const button = (choice) => {
  for (const host of hosts) {
    const found = host.shadowRoot.querySelector(choice ? `[data-choice="${choice}"]` : "[data-choice]");
    if (found) return found;
  }
  return choice && choice !== "reload" ? null : (lastResort?.shadowRoot ?? lastResort)?.querySelector("button") ?? null;
};
const middle = (element) => {
  const box = element.getBoundingClientRect();
  return [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)];
};
// Whether nothing lies over the middle of it.
const reachable = (element) => {
  const hit = element && document.elementFromPoint(...middle(element));
  const root = element?.getRootNode();
  return !!hit && (root.host ? hit === root.host : hit === element || element.contains(hit));
};
const typed = (selector) => document.querySelector(selector)?.value ?? "";
