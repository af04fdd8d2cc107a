// The field app without a network. It owns the shell and the build's files; IndexedDB owns the data, and neither touches the other.
// `cargo xtask build` fills in the build id and the list of files.
//
// Rules:
// - one shell, asked for at /terrain, answers every navigation to /terrain and below;
// - office pages and /api are never touched: no other address is answered here;
// - a build is kept whole or not at all, so that the shell, its scripts and its WebAssembly always fit together;
// - a new build waits until the page says that nothing is being written ({ type: "brigade:activate" }).

const BUILD_ID = "__BUILD_ID__";
const PRECACHE = ["__PRECACHE__"];
const SHELL = "/terrain";
const CACHE_PREFIX = "brigade-";
const CACHE = CACHE_PREFIX + BUILD_ID;
// A basement with one bar: longer than this, the screen would seem broken.
const NETWORK_WAIT_MS = 1500;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "brigade:activate") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === SHELL || url.pathname.startsWith(SHELL + "/")) event.respondWith(shell(event));
  } else if (PRECACHE.includes(url.pathname)) {
    event.respondWith(kept(request, url.pathname));
  }
});

// Everything is fetched and verified before anything is stored; if storing fails (a full phone), nothing stays.
async function install() {
  const [shellResponse, ...responses] = await Promise.all([fetchShell(), ...PRECACHE.map(fetchVerified)]);
  try {
    const cache = await caches.open(CACHE);
    await Promise.all(PRECACHE.map((path, index) => cache.put(path, responses[index])));
    await cache.put(SHELL, shellResponse);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE_PREFIX) && name !== CACHE) await caches.delete(name);
  }
  // The page of the very first visit is served from here at once: one visit is enough.
  await self.clients.claim();
}

// The network first, for as long as it is quick and answers with this build. Anything else (no network, a captive portal, a redirect to the
// sign-in page, an error, a newer build whose files are not all here yet) gets the kept shell, which can do everything offline.
async function shell(event) {
  const cached = await match(SHELL);
  if (cached && navigator.onLine === false) return cached;
  const network = fetch(event.request);
  if (!cached) return network;
  const answer = network.then((response) => {
    if (isShell(response)) {
      if (sameBuild(response)) return response;
      event.waitUntil(self.registration.update().catch(() => {}));
    }
    return cached;
  }, () => cached);
  event.waitUntil(answer);
  const timeout = new Promise((resolve) => setTimeout(resolve, NETWORK_WAIT_MS, cached));
  return Promise.race([answer, timeout]);
}

async function kept(request, path) {
  return (await match(path)) ?? fetch(request);
}

// Only this build's cache: another build's may hold a file of the same name.
async function match(path) {
  return (await caches.open(CACHE)).match(path, { ignoreVary: true });
}

function isShell(response) {
  return response.status === 200 && !response.redirected && response.headers.get("x-brigade-shell") === "1";
}

function sameBuild(response) {
  const build = response.headers.get("x-brigade-build");
  return build === null || build === BUILD_ID;
}

async function fetchShell() {
  const response = await fetch(SHELL, { cache: "no-store", redirect: "manual" });
  if (!isShell(response)) throw new Error("no shell at " + SHELL);
  if (!sameBuild(response)) throw new Error("the server has moved on to another build");
  return response;
}

// Hashed names let a file vouch for itself; a captive portal's page, or half a file, is never kept.
async function fetchVerified(path) {
  const hash = /^\/assets\/[^/]+\.([0-9a-f]{8})\.[a-z]+$/.exec(path)?.[1];
  for (const cache of hash ? ["default", "reload"] : ["no-cache"]) {
    const response = await fetch(path, { cache, redirect: "error" });
    if (!response.ok) continue;
    if (!hash) {
      if (response.headers.get("content-type")?.startsWith("text/html")) continue;
      return response;
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer()));
    if (Array.from(digest.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("") === hash) return response;
  }
  throw new Error("cannot fetch " + path);
}
