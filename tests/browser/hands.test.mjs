// What a phone does to eyes, ears and hands, and a phone whose clock is years off, in real Chromium.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { choosePin, closeAll, openDesk, openPhone, signIn, sitDown, unlock } from "./support/browsers.mjs";
import { by, everythingSent, openDoor, openSection } from "./support/field.mjs";
import { stage } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
const YEAR_MS = 365 * 86_400_000;

const here = stage(closeAll);

async function arrive(name, prepare = async () => {}) {
  const phone = await openPhone(join(here.folder, name));
  await prepare(phone.page);
  await signIn(phone.page, here.program.base, "inspection@demo.test", "/terrain");
  await choosePin(phone.page);
  await by(phone.page, "round-card").first().waitFor();
  return phone;
}

test("rien ne vibre ni ne sonne avant qu’on le demande, et chaque réponse se dit", { timeout: 180_000 }, async (story) => {
  const phone = await arrive("comfort", (page) =>
    page.addInitScript(() => {
      globalThis.felt = [];
      navigator.vibrate = (pattern) => globalThis.felt.push(["vibration", pattern]);
      const real = globalThis.AudioContext;
      globalThis.AudioContext = function (...given) {
        globalThis.felt.push(["sound"]);
        return new real(...given);
      };
      // A disk that is full from the moment the story says so.
      const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (...given) {
        if (globalThis.full) throw new DOMException("full", "QuotaExceededError");
        return put.apply(this, given);
      };
      // What a screen reader is told as it happens: the texts put in regions that were live before.
      globalThis.said = [];
      new MutationObserver((changes) => {
        for (const change of changes) {
          const region = (change.target instanceof Element ? change.target : change.target.parentElement)?.closest("[aria-live], [role=alert], [role=status]");
          if (region && region.textContent.trim()) globalThis.said.push(region.textContent.trim());
        }
      }).observe(document, { childList: true, characterData: true, subtree: true });
    }),
  );
  const { page } = phone;
  const felt = () => page.evaluate(() => globalThis.felt.splice(0));
  await openDoor(page, ADDRESS, "101");
  await openSection(page, "PLO");

  await story.test("par défaut : ni vibration ni son, ni quand c’est gardé ni quand ce ne l’est pas", async () => {
    await by(page, "answer-PLO-03-2").click();
    await by(page, "kept-PLO-03").waitFor();
    await page.evaluate(() => (globalThis.full = true));
    await by(page, "answer-PLO-03-1").click();
    await by(page, "not-kept-PLO-03").waitFor();
    await page.evaluate(() => (globalThis.full = false));
    assert.deepEqual(await felt(), []);
  });

  await story.test("une fois demandés : une vibration brève quand c’est gardé, longue et sonore quand ce ne l’est pas", async () => {
    await by(page, "comfort").click();
    await by(page, "comfort-haptic").check();
    await by(page, "comfort-sound").check();
    await by(page, "sheet-close").click();
    await by(page, "answer-PLO-03-3").click();
    await by(page, "kept-PLO-03").waitFor();
    assert.deepEqual(await felt(), [["vibration", 15]]);
    await page.evaluate(() => (globalThis.full = true));
    await by(page, "answer-PLO-03-1").click();
    await by(page, "not-kept-PLO-03").waitFor();
    await page.evaluate(() => (globalThis.full = false));
    assert.deepEqual(await felt(), [["vibration", 400], ["sound"]]);
  });

  await story.test("un lecteur d’écran entend le critère, ses réponses, laquelle est choisie, et qu’elle est gardée", async () => {
    const card = page.getByRole("article", { name: /^PLO-03 / });
    assert.equal(await card.count(), 1);
    await page.evaluate(() => globalThis.said.splice(0));
    const choice = card.getByRole("button", { name: "Conforme" });
    // Without a finger: focus, then the key that screen readers and switches send.
    await choice.focus();
    await page.keyboard.press("Enter");
    await card.getByRole("button", { name: "Conforme", pressed: true }).waitFor();
    await page.waitForFunction(() => globalThis.said.some((text) => text.includes("gardé")));
    assert.equal(await card.getByRole("button", { pressed: true }).count(), 1, "one answer is said to be chosen");
    // Nothing that is heard as a nameless button, on the whole screen.
    const nameless = await page.getByRole("button", { name: /^\s*$/ }).count();
    assert.equal(nameless, 0);
    assert.equal(await page.getByRole("main").count(), 1);
    assert.ok((await page.getByRole("heading", { level: 1 }).count()) === 1);
  });

  assert.deepEqual(phone.trouble.filter((line) => !line.includes("full")), []);
  await phone.context.close();
});

test("une note dictée reste entière : ce qui se compose n’est ni coupé ni remplacé par ce qui s’enregistre", { timeout: 120_000 }, async () => {
  const phone = await arrive("dictation");
  const { page } = phone;
  await openDoor(page, ADDRESS, "103");
  await openSection(page, "PLO");
  await by(page, "answer-PLO-03-2").click();
  await by(page, "kept-PLO-03").waitFor();
  const note = by(page, "note-PLO-03");
  await note.focus();
  // What a keyboard that listens sends: guesses that it takes back, then the words; and a sentence put in whole.
  const cdp = await phone.context.newCDPSession(page);
  const guess = (text) => cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  for (const heard of ["fui", "fuite sous", "fuite sous l’évier"]) await guess(heard);
  await cdp.send("Input.insertText", { text: "Fuite sous l’évier" });
  // A pause long enough for the draft to be kept, in the middle of the dictation.
  await page.waitForFunction(() => document.querySelector("[data-testid=sync-strip]").dataset.state === "received");
  for (const heard of [", seau", ", seau vidé deux"]) await guess(heard);
  await cdp.send("Input.insertText", { text: ", seau vidé deux fois par jour. " });
  await cdp.send("Input.insertText", { text: "L’eau revient la nuit." });
  const said = "Fuite sous l’évier, seau vidé deux fois par jour. L’eau revient la nuit.";
  assert.equal(await note.inputValue(), said);
  await note.blur();
  await by(page, "note-kept-PLO-03").waitFor();
  await page.reload();
  await unlock(page);
  await openSection(page, "PLO");
  assert.equal(await by(page, "note-PLO-03").inputValue(), said);
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
});

test("ce qui presse est sous le pouce : au bas de chaque écran, sans y monter", { timeout: 120_000 }, async () => {
  const phone = await arrive("thumb");
  const { page } = phone;
  /** Where a thumb of the hand that holds the phone reaches: the lower two thirds, whatever was scrolled. */
  const reached = async (where, ...controls) => {
    for (const top of [0, 1_000_000]) {
      await page.evaluate((top) => scrollTo(0, top), top);
      for (const control of controls) {
        const box = await control.boundingBox();
        assert.ok(box && box.y >= 800 / 3 && box.y + box.height <= 800, `${where}: ${control} at ${JSON.stringify(box)}`);
      }
    }
  };
  await reached("the round", by(page, "raise-emergency"));
  await by(page, "round-card").filter({ hasText: ADDRESS }).click();
  const start = by(page, "start-visit");
  await start.or(by(page, "finish-visit")).first().waitFor();
  if (await start.count()) await start.click();
  await reached("the building", by(page, "finish-visit"), by(page, "search"), by(page, "raise-emergency"));
  await by(page, "door-104").click();
  await by(page, "outcome-visited").click();
  await reached("the door", by(page, "raise-emergency"), by(page, "search"));
  await page.goto(`${here.program.base}/terrain/envois`);
  await unlock(page);
  await by(page, "send-now").waitFor();
  await reached("what waits", by(page, "send-now"));
  await phone.context.close();
});

for (const [words, years] of [["avance de 3 ans", 3], ["retarde de 30 ans", -30]]) {
  test(`un téléphone dont l’horloge ${words} travaille, envoie, et ne fausse aucune heure`, { timeout: 180_000 }, async () => {
    const phone = await arrive(`clock${years}`, (page) =>
      page.addInitScript((shift) => {
        const Real = Date;
        globalThis.Date = class extends Real {
          constructor(...given) {
            if (given.length) super(...given);
            else super(Real.now() + shift);
          }
          static now() {
            return Real.now() + shift;
          }
        };
      }, years * YEAR_MS),
    );
    const { page } = phone;
    await phone.context.setOffline(true);
    await openDoor(page, ADDRESS, "102");
    await openSection(page, "PLO");
    await by(page, "answer-PLO-03-2").click();
    await by(page, "kept-PLO-03").waitFor();
    await phone.context.setOffline(false);
    await everythingSent(page);
    // The phone goes on working after the answer, and after a restart.
    await by(page, "answer-PLO-03-1").click();
    await by(page, "kept-PLO-03").waitFor();
    await everythingSent(page);
    assert.deepEqual(phone.trouble, []);

    const desk = await openDesk();
    const { page: office } = await sitDown(desk, here.program.base, "coordination@demo.test", "/bureau/appareils");
    const row = by(office, "device-row").filter({ hasText: words.replace(/(\d+) /, "$1\u00a0") });
    await row.first().waitFor();
    const session = await office.context().request.get(`${here.program.base}/api/v1/cases?limit=250`);
    const cases = (await session.json()).rows;
    const now = Date.now();
    for (const one of cases) assert.ok(one.updated_at <= now + 60_000 && one.updated_at > now - 400 * 86_400_000, JSON.stringify(one));
    await desk.close();
    await phone.context.close();
  });
}
