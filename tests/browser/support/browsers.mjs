// Real Chromium: a phone that keeps its profile between kills, and desks.
import assert from "node:assert/strict";
import { readFile, readdir, readlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";

import { PASSWORD } from "./program.mjs";

const EXECUTABLE = process.env.BRIGADE_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const opened = new Set();

/** Closes what a story that failed left open: the run would wait for it. */
export async function closeAll() {
  await Promise.all([...opened].map((one) => one.close().catch(() => {})));
}

/** Waits until the page answers yes, whatever it has to ask first: `waitForFunction` takes a promise itself for a yes. */
export async function eventually(page, asks, timeout = 30_000) {
  const late = Date.now() + timeout;
  while (!(await page.evaluate(asks))) {
    if (Date.now() > late) throw new Error(`never true: ${asks}`);
    await pause(50);
  }
}

/** A phone: 360 x 800, touch, with a profile on disk. */
export async function openPhone(profile, options = {}) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE, args: FLAGS, viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true, locale: "fr-CA", ...options,
  });
  opened.add(context);
  context.setDefaultTimeout(30_000);
  const page = context.pages()[0] ?? (await context.newPage());
  return { context, page, trouble: watch(page), profile };
}

/** Kills the phone's browser as a dying battery would: no goodbye, no flush. */
export async function kill(phone) {
  for (const pid of await processesOf(phone.profile)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended with its parent.
    }
  }
  await phone.context.close().catch(() => {});
}

async function processesOf(profile) {
  const found = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    const executable = await readlink(`/proc/${name}/exe`).catch(() => "");
    if (command.includes(`--user-data-dir=${profile}`) && executable.includes("chrom")) found.push(Number(name));
  }
  return found;
}

/** An office computer: several people can share the browser, each in a context of their own. */
export async function openDesk() {
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  opened.add(browser);
  return browser;
}

/** A person at a desk, signed in through the form. */
export async function sitDown(browser, base, email, path) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "fr-CA" });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const trouble = watch(page);
  await signIn(page, base, email, path);
  return { context, page, trouble };
}

export async function signIn(page, base, email, path) {
  await page.goto(`${base}/connexion?next=${encodeURIComponent(path)}`);
  const form = page.getByTestId("sign-in-form");
  await form.locator("input[name=email]").fill(email);
  await form.locator("input[name=password]").fill(PASSWORD);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/connexion"), form.locator("button[type=submit]").click()]);
}

/** What the page says once, after a form: its code. When it says nothing, where one is instead. */
export async function says(page, code) {
  const flash = page.getByTestId("flash");
  try {
    await flash.waitFor();
  } catch (error) {
    const cookies = (await page.context().cookies()).map(({ name, expires }) => `${name} until ${expires < 0 ? "the end" : new Date(expires * 1000).toISOString()}`);
    const text = (await page.locator("body").innerText()).slice(0, 600);
    throw new Error(`nothing said, wanted ${code}; at ${page.url()}, ${new Date().toISOString()}; cookies: ${cookies.join(", ")}\n${text}`, { cause: error });
  }
  assert.equal(await flash.getAttribute("data-code"), code);
}

/** Presses what sends a form, and reads what is said of it: on the next page once it is done, beside the button when it is refused. */
export async function presses(page, button, code) {
  // What an earlier form said is no answer to this one. A page that is still being read may not have it yet.
  await button.waitFor();
  await page.waitForFunction(() => document.readyState === "complete");
  await page.evaluate(() => document.querySelector("[data-testid=flash]")?.setAttribute("data-testid", "flash-before"));
  await button.click();
  await says(page, code);
}

/** What a console must never say: an error, a panic, a refusal of the security policy. */
export function watch(page) {
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("console", (message) => {
    // The browser itself writes a line for each request that fails without a network: those are the point of the story.
    if (message.type() === "error" && !/net::ERR_|Failed to load resource/.test(message.text())) trouble.push(message.text());
  });
  return trouble;
}

/** Serious and critical violations found by axe on the page as it stands. */
export async function violations(page) {
  // The policy forbids inline scripts: the debugger's own evaluation is not one.
  await page.evaluate(AXE);
  // Without its preloading, which copies the sheets of shadow roots into style elements that the policy rightly refuses.
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"], preload: false }));
  return result.violations
    .filter((violation) => ["serious", "critical"].includes(violation.impact))
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
}

/** The PIN of every phone in these stories. */
export const PIN = "480217";

/** Types a PIN on the large keypad, as a thumb would. */
export async function typePin(page, pin) {
  for (const digit of pin) await page.getByTestId(`key-${digit}`).click();
  await page.getByTestId("pin-submit").click();
}

/** First sign-in on a phone: the PIN is chosen, twice. */
export async function choosePin(page, pin = PIN) {
  await page.locator("[data-testid=choose-screen][data-step='1']").waitFor();
  await typePin(page, pin);
  await page.locator("[data-testid=choose-screen][data-step='2']").waitFor();
  await typePin(page, pin);
  await page.getByTestId("choose-screen").waitFor({ state: "detached" });
}

/** A phone that was closed asks for its PIN. */
export async function unlock(page, pin = PIN) {
  await page.getByTestId("lock-screen").waitFor();
  await typePin(page, pin);
  await page.getByTestId("lock-screen").waitFor({ state: "detached" });
}
