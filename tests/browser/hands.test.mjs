// What a phone does to eyes, ears and hands, and a phone whose clock is years off, in real Chromium.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { choosePin, closeAll, openDesk, openPhone, signIn, sitDown } from "./support/browsers.mjs";
import { by, everythingSent, openDoor, openSection } from "./support/field.mjs";
import { startProgram } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
const YEAR_MS = 365 * 86_400_000;

let program;
let folder;

before(async () => {
  program = await startProgram();
  folder = await mkdtemp(join(tmpdir(), "brigade-hands-"));
});

after(async () => {
  await closeAll();
  await program?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function arrive(name, prepare = async () => {}) {
  const phone = await openPhone(join(folder, name));
  await prepare(phone.page);
  await signIn(phone.page, program.base, "inspection@demo.test", "/terrain");
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
    const { page: office } = await sitDown(desk, program.base, "coordination@demo.test", "/bureau/appareils");
    const row = by(office, "device-row").filter({ hasText: words.replace(/(\d+) /, "$1\u00a0") });
    await row.first().waitFor();
    const session = await office.context().request.get(`${program.base}/api/v1/cases?limit=250`);
    const cases = (await session.json()).rows;
    const now = Date.now();
    for (const one of cases) assert.ok(one.updated_at <= now + 60_000 && one.updated_at > now - 400 * 86_400_000, JSON.stringify(one));
    await desk.close();
    await phone.context.close();
  });
}
