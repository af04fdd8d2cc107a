// What every story does on the phone's screens.
import assert from "node:assert/strict";
import { join } from "node:path";

import { PIN, violations } from "./browsers.mjs";

const SHOTS = process.env.BRIGADE_SHOTS;

export const by = (page, id) => page.getByTestId(id);

/** From the round into a building, its visit begun, and to a door noted as visited. */
export async function openDoor(page, address, door) {
  await by(page, "round-card").filter({ hasText: address }).click();
  const start = by(page, "start-visit");
  await start.or(by(page, `door-${door}`)).first().waitFor();
  if (await start.count()) await start.click();
  await by(page, `door-${door}`).click();
  await by(page, "place-title").waitFor();
  if ((await by(page, "outcome-visited").getAttribute("aria-pressed")) !== "true") await by(page, "outcome-visited").click();
}

/** A note under an answer, both kept. */
export async function note(page, text, criterion = "PLO-03") {
  await openSection(page, criterion.split("-")[0]);
  if ((await by(page, `answer-${criterion}-2`).getAttribute("aria-pressed")) !== "true") await by(page, `answer-${criterion}-2`).click();
  await by(page, `kept-${criterion}`).waitFor();
  await by(page, `note-${criterion}`).fill(text);
  await by(page, `note-${criterion}`).blur();
  await by(page, `note-kept-${criterion}`).waitFor();
}

export async function openSection(page, section) {
  const details = by(page, `section-${section}`);
  await details.waitFor();
  if (!(await details.evaluate((element) => element.open))) await details.locator("summary").first().click();
}

/** Answers a criterion by a severity and waits for the tick, which only shows after the device's transaction. */
export async function answer(page, criterion, level) {
  await openSection(page, criterion.split("-")[0]);
  await by(page, `answer-${criterion}-${level}`).click();
  await by(page, `kept-${criterion}`).waitFor();
}

export async function back(page) {
  await page.locator("a.back-link").first().click();
}

/** The strip says that everything is received, and nothing waits for a person. */
export async function everythingSent(page, timeout = 30_000) {
  const done = page.locator("[data-testid=sync-strip][data-state=received][data-pending='0'][data-attention='0']");
  await done.waitFor({ timeout }).catch(async (error) => {
    throw new Error(`the strip says « ${await by(page, "sync-strip").innerText()} »`, { cause: error });
  });
}

/** axe is silent, nothing scrolls sideways, and every target is 48 px high and wide. */
export async function comfortable(page, where) {
  assert.deepEqual(await violations(page), [], `accessibility of ${where}`);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${where} scrolls sideways`);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll(".field :is(button, a, summary, select, textarea, label.choice, label.button, input:not([type=file], [type=checkbox]))")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("p, li > a"))
      .map((element) => [element.dataset.testid ?? element.textContent.trim().slice(0, 30), element.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.height < 47.5 || box.width < 47.5))
      .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`),
  );
  assert.deepEqual(small, [], `targets of ${where}`);
}

/** A picture of the screen in each scheme, when somebody wants to look. */
export async function shot(page, name) {
  if (!SHOTS) return;
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: join(SHOTS, `${name}-${scheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Past the lock of the phone: a PIN is chosen the first time, and asked for each time the page starts again. */
export async function enter(page) {
  const choose = by(page, "choose-screen");
  const lock = by(page, "lock-screen");
  const inside = page.locator("[data-testid=account-menu], [data-testid=visit-state], [data-testid=place-title]");
  await choose.or(lock).or(inside).first().waitFor();
  const type = async () => {
    await by(page, "pin").fill(PIN);
    await by(page, "pin-submit").click();
  };
  if (await choose.count()) {
    await type();
    await page.locator("[data-testid=choose-screen][data-step='2']").waitFor();
    await type();
  } else if (await lock.count()) {
    await type();
  }
  await inside.first().waitFor();
}

/** The strip offers to undo the last change; pressing it says so. */
export async function undo(page) {
  await page.locator("[data-testid=undo-strip][data-state=undo]").waitFor();
  await by(page, "undo").click();
  await page.locator("[data-testid=undo-strip][data-state=undone]").waitFor();
}
