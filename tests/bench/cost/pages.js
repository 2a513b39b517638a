// The pages of the cost benchmark: builds the kind of page that <html data-kind data-elements> asks for, in #app.
(() => {
  const { kind, elements } = document.documentElement.dataset;
  const app = document.getElementById("app");

  const style = (text) => document.head.append(Object.assign(document.createElement("style"), { textContent: text }));
  const fill = (into, count, unit) => (into.innerHTML = Array.from({ length: count }, (_, i) => unit(i)).join(""));

  const OFFER = 22;
  const offer = (i) =>
    `<article><div class="in"><div class="head"><div class="who"><span class="mark"></span><div class="name"><strong>Plan ${i}</strong>` +
    `<small>${3 + (i % 4) * 3} instalments</small></div></div><span class="tag">fixed rate</span></div><div class="body"><p>Pay <b>${80 + (i % 90)}.50</b> ` +
    `every month, the first time in ${20 + (i % 10)} days.</p><ul><li><span>Early repayment is free</span></li><li><span>No collateral</span></li>` +
    `<li><span>Answer within a minute</span></li></ul></div><div class="foot"><button>Choose</button><a href="#${i}">Terms</a></div></div></article>`;
  const offers = (into, count) => fill(into, Math.max(1, Math.round(count / OFFER)), offer);
  const OFFERS = "article{padding:12px}.head,.who,.foot{display:flex;gap:8px}button{border:0;background:none}ul{padding-left:16px}";

  /** Ten thousand of them fit into the viewport of a phone. */
  const BOX = ".box{float:left;width:4px;height:4px;overflow:hidden}";
  const boxes = (count) => fill(app, count, () => `<div class="box"></div>`);

  /** What has no element in it, or a text of its own. */
  const leaves = (root) =>
    [...root.querySelectorAll("*")].filter((e) => !e.firstElementChild || [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));

  const blanks = ["\u00a0\u00a0\u00a0", "\u200b\u200b", " \n\t ", "\u3000\u3000", "\u200d\ufeff", "\u00ad\u2060"];

  const kinds = {
    // Healthy.
    "article-list": (n) => {
      style(OFFERS);
      offers(app, n);
    },
    "flat-list": (n) => fill(app, n, (i) => `<p>Instalment ${i}: due on the ${1 + (i % 28)}th</p>`),
    table: (n) => {
      const rows = Array.from({ length: Math.max(1, Math.round(n / 10)) }, (_, i) => `<tr>${Array.from({ length: 9 }, (_, c) => `<td>${i * c}</td>`).join("")}</tr>`);
      app.innerHTML = `<table><tbody>${rows.join("")}</tbody></table>`;
    },
    form: (n) =>
      fill(app, Math.max(1, Math.round(n / 10)), (i) =>
        `<fieldset><legend>Guarantor ${i}</legend><label>Name</label><input><label>City</label><select><option>A</option><option>B</option></select><label>Note</label><textarea></textarea></fieldset>`,
      ),
    "menu-first": (n) => {
      style(OFFERS);
      const entries = Array.from({ length: Math.round(n * 0.15) }, (_, i) => `<li>Entry ${i}</li>`).join("");
      const dialogs = Array.from({ length: Math.round(n * 0.05) }, (_, i) => `<dialog><h2>Notice ${i}</h2><p>Read it first.</p></dialog>`).join("");
      app.innerHTML = `<ul style="display:none">${entries}</ul>${dialogs}<div></div>`;
      offers(app.lastElementChild, n * 0.7);
    },
    scroller: (n) => {
      style(OFFERS);
      app.innerHTML = `<div style="height:100vh;overflow:auto;transform:translateZ(0)"></div>`;
      offers(app.firstElementChild, n);
    },

    // Blank.
    "root-transparent": (n) => {
      kinds["article-list"](n);
      app.style.opacity = 0;
    },
    "leaves-hidden": (n) => {
      kinds["article-list"](n);
      for (const leaf of leaves(app)) leaf.style.visibility = "hidden";
    },
    "root-not-displayed": (n) => {
      kinds["article-list"](n);
      app.style.display = "none";
    },
    mask: (n) => {
      kinds["article-list"](n);
      app.insertAdjacentHTML("afterend", `<div style="position:fixed;inset:0;z-index:9;background:#fff"></div>`);
    },
    "white-on-white": (n) => {
      kinds["article-list"](n);
      style("#app,#app *{color:#fff}");
    },
    "moved-away": (n) => {
      kinds["article-list"](n);
      app.style.transform = "translateX(-200vw)";
    },
    "each-away": (n) => fill(app, n, (i) => `<p style="position:absolute;left:-9999px;top:${(i % 40) * 20}px">Instalment ${i}</p>`),
    clipped: (n) => {
      kinds["article-list"](n);
      app.style.cssText = "height:0;overflow:hidden";
    },
    "empty-boxes": (n) => {
      style(BOX);
      boxes(n);
    },
    "white-boxes": (n) => {
      style(`${BOX}.box{background:#fff}`);
      boxes(n);
    },
    deep: (n) => {
      style(".chain{float:left;width:30px;height:30px}");
      fill(app, Math.max(1, Math.round(n / 100)), () => `<div class="chain">${"<div>".repeat(99)}${"</div>".repeat(99)}</div>`);
    },
    "broken-images": (n) => {
      style(BOX);
      fill(app, Math.round(n / 2), () => `<div class="box"><img alt="" src="data:image/png;base64,AAAA"></div>`);
    },
    "blank-text": (n) => fill(app, n, (i) => `<p>${blanks[i % blanks.length]}</p>`),
    frame: (n) => {
      app.innerHTML = `<iframe style="width:100%;height:100vh;border:0"></iframe>`;
      const { body } = app.firstElementChild.contentDocument;
      offers(body, n);
      for (const leaf of leaves(body)) leaf.style.visibility = "hidden";
    },
    shadows: (n) => {
      style(".host{float:left;width:12px;height:12px}");
      fill(app, Math.max(1, Math.round(n / 10)), () => `<div class="host"></div>`);
      for (const host of app.children) host.attachShadow({ mode: "open" }).innerHTML = "<div><p><span></span></p><p><span></span></p><p><i></i><b></b><u></u></p></div>";
    },

    // Loading.
    skeleton: (n) => {
      style(".skeleton{padding:8px}.skeleton div{height:14px;margin:6px 0;background:#e8e8ec;border-radius:4px}");
      fill(app, Math.max(1, Math.round(n / 10)), () => `<div class="skeleton">${"<div></div>".repeat(9)}</div>`);
    },
  };

  kinds[kind](Number(elements));
})();
