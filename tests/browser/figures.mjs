// Figures of a phone-sized Chromium with a slow processor and a slow network. One JSON line per figure; run by `cargo xtask bench`.
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { PIN, openDesk, openPhone, sitDown, typePin } from "./support/browsers.mjs";
import { startProgram } from "./support/program.mjs";

// Slow 4G and a cheap phone: 562 ms of latency, 1.44 Mbit/s, a processor four times slower than this one.
const LATENCY_MS = 562;
const BYTES_PER_SECOND = (1.44 * 1_000_000) / 8;
const CPU_SLOWDOWN = 4;
/** A burst of a slow link. */
const PIECE_BYTES = 4096;
const BUILDING = "1250, rue des Exemples";

const line = (name, figures) => console.log(JSON.stringify({ name, ...figures }));
const kb = (bytes) => Math.round(bytes / 102.4) / 10;

/** A processor as slow as a cheap phone's. */
async function slow(context, page) {
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
}

async function counting(context, page) {
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const tally = { bytes: 0 };
  session.on("Network.loadingFinished", (event) => (tally.bytes += event.encodedDataLength));
  return tally;
}

/**
 * A slow way to the program, which counts what comes by it. Outside the browser: what its own tools slow down and count is the page's traffic, without
 * the share of the service worker.
 */
async function slowWay(port) {
  const way = { bytes: 0 };
  const carry = (from, to, link, passed) => {
    let last = Promise.resolve();
    from.on("data", (data) => {
      for (let at = 0; at < data.length; at += PIECE_BYTES) {
        const piece = data.subarray(at, at + PIECE_BYTES);
        link.freeAt = Math.max(link.freeAt, performance.now()) + (piece.length / BYTES_PER_SECOND) * 1000;
        const due = link.freeAt + LATENCY_MS / 2;
        last = last.then(() => setTimeout(due - performance.now())).then(() => {
          passed(piece.length);
          to.write(piece);
        });
      }
    });
    from.on("close", () => last.then(() => to.destroy()));
    from.on("error", () => to.destroy());
  };
  const [up, down] = [{ freeAt: 0 }, { freeAt: 0 }];
  const server = createServer((phone) => {
    const program = connect(port, "127.0.0.1");
    carry(phone, program, up, () => {});
    carry(program, phone, down, (bytes) => (way.bytes += bytes));
  });
  await new Promise((listens) => server.listen(0, "127.0.0.1", listens));
  way.base = `http://127.0.0.1:${server.address().port}`;
  way.close = () => server.close();
  return way;
}

async function gridIsUsable(page) {
  await page.getByTestId("round-card").filter({ hasText: BUILDING }).click();
  const start = page.getByTestId("start-visit");
  await start.or(page.getByTestId("place-exterior")).first().waitFor();
  if (await start.count()) await start.click();
  await page.getByTestId("place-exterior").click();
  await page.getByTestId("section-EXT").locator("summary").first().click();
  await page.getByTestId("answer-EXT-01-2").waitFor();
}

const program = await startProgram();
const profile = await mkdtemp(join(tmpdir(), "brigade-figures-"));
try {
  const desk = await openDesk();
  const office = await sitDown(desk, program.base, "coordination@demo.test", "/bureau");
  const officePage = await office.context.newPage();
  const officeTally = await counting(office.context, officePage);
  await officePage.goto(`${program.base}/bureau`, { waitUntil: "networkidle" });
  line("wire_first_load_bureau", { kb: kb(officeTally.bytes) });
  await desk.close();

  let phone = await openPhone(profile);
  // Signed in beforehand by the API, so that the first page of the profile is the phone app itself.
  const way = await slowWay(program.port);
  const session = await phone.context.request.post(`${way.base}/api/v1/session`, { data: { email: "inspection@demo.test", password: "brigade-demo" } });
  if (!session.ok()) throw new Error(`sign-in answered ${session.status()}`);
  way.bytes = 0;
  await slow(phone.context, phone.page);
  let started = performance.now();
  await phone.page.goto(`${way.base}/terrain`);
  // The first thing usable is the choice of a PIN; typing it twice is the person's time, not the phone's.
  await phone.page.getByTestId("choose-screen").waitFor();
  const pinAsked = performance.now() - started;
  const first = way.bytes;
  await typePin(phone.page, PIN);
  await phone.page.locator("[data-testid=choose-screen][data-step='2']").waitFor();
  for (const digit of PIN) await phone.page.getByTestId(`key-${digit}`).click();
  started = performance.now() - pinAsked;
  await phone.page.getByTestId("pin-submit").click();
  await phone.page.getByTestId("round-card").first().waitFor();
  const round = performance.now() - started;
  await gridIsUsable(phone.page);
  line("first_load_slow_phone", { pin_asked_ms: Math.round(pinAsked), round_ms: Math.round(round), grid_usable_ms: Math.round(performance.now() - started), cpu_slowdown: CPU_SLOWDOWN, latency_ms: LATENCY_MS, mbit_per_s: 1.44 });
  await phone.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  line("wire_first_load_terrain", { first_screen_kb: kb(first), kb: kb(way.bytes) });
  await phone.context.close();

  phone = await openPhone(profile, { offline: true });
  await slow(phone.context, phone.page);
  started = performance.now();
  await phone.page.goto(`${way.base}/terrain`);
  await phone.page.getByTestId("lock-screen").waitFor();
  const lockShown = performance.now() - started;
  for (const digit of PIN) await phone.page.getByTestId(`key-${digit}`).click();
  started = performance.now();
  await phone.page.getByTestId("pin-submit").click();
  await phone.page.getByTestId("round-card").first().waitFor();
  const unlocked = performance.now() - started;
  line("unlock_slow_phone", { ms: Math.round(unlocked), cpu_slowdown: CPU_SLOWDOWN });
  line("offline_reopen_slow_phone", { ms: Math.round(lockShown + unlocked), lock_screen_ms: Math.round(lockShown), cpu_slowdown: CPU_SLOWDOWN });
  await phone.context.close();
  way.close();
} finally {
  await program.stop();
  await rm(profile, { recursive: true, force: true });
}
