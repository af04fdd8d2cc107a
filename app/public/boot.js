// Starts the WebAssembly of every page, and the service worker of the field ones.
// The addresses under __ASSET__ are replaced by the hashed ones when the site is built.

const root = document.documentElement;

// <html data-boot> says "started" or "failed", for tests and style sheets; elements marked `data-boot-failed` are shown in the second case.
async function boot() {
  try {
    const [script, wasm] = isField() ? ["/__ASSET__/field.js", "/__ASSET__/field_bg.wasm"] : ["/__ASSET__/office.js", "/__ASSET__/office_bg.wasm"];
    const brigade = await import(script);
    await brigade.default({ module_or_path: wasm });
    brigade.start();
    root.dataset.boot = "started";
  } catch (error) {
    root.dataset.boot = "failed";
    for (const element of document.querySelectorAll("[data-boot-failed]")) element.hidden = false;
    console.error(error);
  }
}

function isField() {
  return location.pathname === "/terrain" || location.pathname.startsWith("/terrain/");
}

// The app decides when to take a new version (no draft being written, no upload under way):
// it sees `brigade:update-waiting`, or `data-update-waiting` on <html> when it starts later, and answers with `brigade:update-activate`.
function announce(worker) {
  root.dataset.updateWaiting = "true";
  window.addEventListener("brigade:update-activate", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage({ type: "brigade:activate" });
  }, { once: true });
  window.dispatchEvent(new CustomEvent("brigade:update-waiting"));
}

const RETRY_SECONDS = [5, 20, 60, 180];

// Whether the app would open without a network: <html data-offline> says "kept" or "failed", and the event tells of a change.
function sayOffline(state) {
  root.dataset.offline = state;
  window.dispatchEvent(new CustomEvent("brigade:offline"));
}

async function keepOffline(attempt = 0) {
  const again = () => {
    sayOffline("failed");
    if (attempt < RETRY_SECONDS.length) setTimeout(() => keepOffline(attempt + 1), RETRY_SECONDS[attempt] * 1000);
  };
  let registration;
  try {
    registration = await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  } catch (error) {
    console.warn("service worker", error);
    return again();
  }
  if (registration.active) sayOffline("kept");
  if (registration.waiting && navigator.serviceWorker.controller) announce(registration.waiting);
  const follow = (worker) => worker?.addEventListener("statechange", () => {
    if (worker.state === "activated") sayOffline("kept");
    if (worker.state === "installed" && navigator.serviceWorker.controller) announce(worker);
    // A first installation that lost the network half-way is tried again within the same visit.
    if (worker.state === "redundant" && !registration.active) again();
  });
  follow(registration.installing);
  if (attempt === 0) {
    registration.addEventListener("updatefound", () => follow(registration.installing));
    // An installed app can stay open for days: look for a new version when it comes back to the screen.
    let looked = Date.now();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && Date.now() - looked > 30 * 60 * 1000) {
        looked = Date.now();
        registration.update().catch(() => {});
      }
    });
  }
}

const LOADING_WAIT_MS = 30_000;

// The program says that its second half is here, or cannot be (behind.rs); should it never, a newer version may know better, and must be looked for.
function allLoaded() {
  return new Promise((resolve) => {
    window.addEventListener("brigade:loaded", resolve, { once: true });
    setTimeout(resolve, LOADING_WAIT_MS);
  });
}

// A first visit has nothing of its own to show: who is signed in is asked beside the program, not after it. Taken by gateway/sync.rs.
if (isField() && "serviceWorker" in navigator && !navigator.serviceWorker.controller) {
  window.brigadeSession = fetch("/api/v1/session", { headers: { accept: "application/json" }, signal: AbortSignal.timeout(20_000) });
  // Asked again by the program, which says what went wrong.
  window.brigadeSession.catch(() => {});
}

const loaded = allLoaded();
await boot();
if (isField()) {
  if ("serviceWorker" in navigator) {
    // Then most of it is in the browser's cache: sooner, the worker would ask for the network that the first screen waits for.
    await loaded;
    keepOffline();
  } else {
    // A page that is not secure, or a browser that keeps nothing.
    sayOffline("failed");
  }
}
