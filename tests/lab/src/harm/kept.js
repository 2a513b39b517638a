// What the page has in the stores of its origin, the guard's own apart, and what the guard has set aside; put where it is asked for a moment later. `lost`:
// caches that the browser itself has lost, since they do not give back what was put into them just now (see `kill.rs`).
(async () => {
  const local = {}, session = {}, caches = {}, copies = [], lost = [];
  const each = (store, into) => {
    for (const key of Object.keys(store)) key.startsWith("pagemend") ? copies.push(store.getItem(key)) : (into[key] = store.getItem(key));
  };
  try { each(localStorage, local); each(sessionStorage, session); } catch {}
  try {
    for (const name of await window.caches.keys()) {
      const cache = await window.caches.open(name);
      const put = await cache.put("/~put-just-now", new Response("here")).then(() => true, () => false);
      if (put && !(await cache.match("/~put-just-now"))) lost.push(name);
      for (const request of await cache.keys()) {
        // What a worker has kept of the guard's own questions is nobody's.
        if (/[?&]pagemend-|\/~put-just-now$/.test(request.url)) continue;
        const text = await (await cache.match(request, { ignoreVary: true })).text().catch(() => "unreadable");
        name.startsWith("pagemend") ? copies.push(decodeURIComponent(request.url) + "\n" + text) : (caches[`${name} ${request.url}`] = text);
      }
    }
  } catch {}
  try {
    for (const { name } of await indexedDB.databases()) {
      if (!name.startsWith("pagemend")) continue;
      const database = await new Promise((done, lost) => { const open = indexedDB.open(name); open.onsuccess = () => done(open.result); open.onerror = open.onblocked = lost });
      for (const store of database.objectStoreNames) {
        const all = await new Promise((done, lost) => { const get = database.transaction(store).objectStore(store).getAll(); get.onsuccess = () => done(get.result); get.onerror = lost });
        copies.push(...all.map((one) => typeof one == "string" ? one : JSON.stringify(one)));
      }
      database.close();
    }
  } catch {}
  window.kept = { local, session, caches, copies, lost };
})();
