// What lies on the phone's disk, read beside the app.

/** Which of these texts, or arrays of bytes, lie on the phone's disk in clear: keys and values of every store (the grid, a public text, aside), local storage and caches. */
export async function readable(page, needles) {
  return page.evaluate(async (needles) => {
    const bytesToText = (bytes) => {
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      return text;
    };
    const asText = (value) => {
      if (typeof value === "string") return bytesToText(new TextEncoder().encode(value));
      if (value instanceof Uint8Array) return bytesToText(value);
      if (value instanceof ArrayBuffer) return bytesToText(new Uint8Array(value));
      return bytesToText(new TextEncoder().encode(JSON.stringify(value) ?? ""));
    };
    const request = (asked) => new Promise((resolve, reject) => Object.assign(asked, { onsuccess: () => resolve(asked.result), onerror: () => reject(asked.error) }));
    let disk = asText(JSON.stringify({ ...localStorage })) + asText(JSON.stringify({ ...sessionStorage }));
    let rows = 0;
    for (const { name } of await indexedDB.databases()) {
      disk += asText(name);
      const database = await request(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        if (store === "grid") continue;
        const transaction = database.transaction(store);
        const [keys, values] = await Promise.all([request(transaction.objectStore(store).getAllKeys()), request(transaction.objectStore(store).getAll())]);
        rows += keys.length;
        disk += keys.map(asText).join("\n") + values.map(asText).join("\n");
      }
      database.close();
    }
    for (const cache of await caches.keys()) {
      for (const kept of await (await caches.open(cache)).keys()) if (kept.url.includes("/api/")) disk += kept.url;
    }
    const needle = (text) => {
      if (Array.isArray(text)) return bytesToText(Uint8Array.from(text));
      return text.startsWith("\u00ff\u00d8") ? text : asText(text);
    };
    return { rows, found: needles.filter((text) => disk.includes(needle(text))) };
  }, needles);
}

/** The rows of the vaults, in order of arrival: what is known of them without a PIN. */
export function vaultRows(page) {
  return page.evaluate(() => new Promise((resolve, reject) => {
    const opened = indexedDB.open("brigade");
    opened.onsuccess = () => {
      const all = opened.result.transaction("meta").objectStore("meta").getAll(IDBKeyRange.bound("vault|", "vault|~"));
      all.onsuccess = () => {
        opened.result.close();
        resolve(all.result.map((row) => JSON.parse(row)).sort((one, other) => one.ordinal - other.ordinal || one.set_aside - other.set_aside));
      };
      all.onerror = () => reject(all.error);
    };
  }));
}

/** Writes over some fields of a vault's row, as another tab would. */
export function changeVault(page, namespace, fields) {
  return page.evaluate(([namespace, fields]) => new Promise((resolve, reject) => {
    const opened = indexedDB.open("brigade");
    opened.onsuccess = () => {
      const transaction = opened.result.transaction("meta", "readwrite");
      const store = transaction.objectStore("meta");
      const asked = store.get(`vault|${namespace}`);
      asked.onsuccess = () => store.put(JSON.stringify({ ...JSON.parse(asked.result), ...fields }), `vault|${namespace}`);
      transaction.oncomplete = () => {
        opened.result.close();
        resolve();
      };
      transaction.onabort = () => reject(transaction.error);
    };
  }), [namespace, fields]);
}
