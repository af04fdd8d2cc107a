// The course of a visit on the phone, in the basement: an emergency before any visit, undo, search, copies, what was found last time, and the comfort of
// eyes and thumbs. Everything is done without a network; the server is met between two parts, to see that what was done arrives.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { closeAll, openPhone, signIn } from "./support/browsers.mjs";
import { answer, back, by, comfortable, everythingSent, openSection, shot } from "./support/field.mjs";
import { picture } from "./support/pictures.mjs";
import { PASSWORD, startProgram } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
const UNSEEN = "75, rue de la Légende";
const PIN = "482913";

let program;
const profiles = [];

before(async () => {
  program = await startProgram();
});

after(async () => {
  await closeAll();
  await program?.stop();
  for (const profile of profiles) await rm(profile, { recursive: true, force: true });
});

const pressed = (page, id) => by(page, id).getAttribute("aria-pressed");

async function freshProfile() {
  const profile = await mkdtemp(join(tmpdir(), "brigade-phone-"));
  profiles.push(profile);
  return profile;
}

/** Past the lock of the phone: a PIN is chosen the first time, and asked for each time the page starts again. */
async function enter(page) {
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
async function undo(page) {
  await page.locator("[data-testid=undo-strip][data-state=undo]").waitFor();
  await by(page, "undo").click();
  await page.locator("[data-testid=undo-strip][data-state=undone]").waitFor();
}

async function toDoor(page, door) {
  if (await by(page, "place-title").count()) await back(page);
  await by(page, `door-${door}`).click();
  await by(page, "place-title").waitFor();
}

async function api(email) {
  const session = await fetch(`${program.base}/api/v1/session`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email, password: PASSWORD }),
  });
  const { token } = await session.json();
  return async (path) => (await fetch(program.base + path, { headers: { authorization: `Bearer ${token}` } })).json();
}

test("le cours d’une visite au téléphone, hors ligne", { timeout: 420_000 }, async (story) => {
  const profile = await freshProfile();
  let phone = await openPhone(profile);
  await signIn(phone.page, program.base, "inspection@demo.test", "/terrain");
  await enter(phone.page);
  await by(phone.page, "round-card").filter({ hasText: ADDRESS }).waitFor();
  await phone.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await phone.context.close();
  phone = await openPhone(profile, { offline: true });
  const { page } = phone;
  await page.goto(`${program.base}/terrain`);
  await enter(page);
  const building = await by(page, "round-card").filter({ hasText: ADDRESS }).getAttribute("data-building");

  await story.test("une urgence se déclenche depuis la tournée, sans visite : elle commence la visite et n’est pas dite transmise", async () => {
    await shot(page, "tournee");
    await comfortable(page, "the round");
    await by(page, "raise-emergency").click();
    await by(page, "emergency-building").selectOption(building);
    await by(page, "emergency-form").waitFor();
    assert.equal(await by(page, "round-emergency").locator("a[href^='tel:']").first().getAttribute("href"), "tel:911");
    await page.waitForFunction(() => document.querySelectorAll("[data-testid=emergency-place] option").length > 2);
    await by(page, "emergency-reason").fill("Odeur de gaz dans l’escalier");
    await shot(page, "urgence");
    await comfortable(page, "the emergency form of the round");
    await by(page, "emergency-send").click();
    await by(page, "danger-banner").waitFor();
    assert.equal(await by(page, "danger-banner").locator("a[href^='tel:']").first().getAttribute("href"), "tel:911");
    await by(page, "not-sent").waitFor();
    await by(page, "door-101").waitFor();
    await by(page, "finish-visit").waitFor();
    await back(page);
    await by(page, "round-untold").filter({ hasText: ADDRESS }).waitFor();
    await shot(page, "tournee-non-transmis");
    await page.reload();
    await enter(page);
    await by(page, "round-untold").filter({ hasText: ADDRESS }).waitFor();
    await comfortable(page, "the round with an emergency");
  });

  await story.test("le réseau revient : la cellule l’a, et le téléphone cesse de dire « NON TRANSMIS »", async () => {
    await phone.context.setOffline(false);
    await everythingSent(page);
    await by(page, "round-untold").waitFor({ state: "detached" });
    const board = await (await api("cellule@demo.test"))("/api/v1/emergency/board");
    assert.ok(JSON.stringify(board.open).includes("Odeur de gaz dans l’escalier"));
    await phone.context.setOffline(true);
    await by(page, "round-card").filter({ hasText: ADDRESS }).click();
    await by(page, "raised").and(page.locator("[data-acknowledged=true]")).waitFor();
  });

  await story.test("tout s’annule : le résultat à la porte, une réponse, une note, une photo retirée", async () => {
    await toDoor(page, "101");
    await by(page, "outcome-refused").click();
    await page.waitForFunction(() => document.querySelector("[data-testid=outcome-refused]").getAttribute("aria-pressed") === "true");
    await undo(page);
    await page.waitForFunction(() => document.querySelector("[data-testid=outcome-refused]").getAttribute("aria-pressed") === "false");
    await by(page, "outcome-visited").click();
    await by(page, "come-back").click();
    await page.locator("[data-testid=come-back][aria-pressed=true]").waitFor();
    await undo(page);
    await page.locator("[data-testid=come-back][aria-pressed=false]").waitFor();
    await by(page, "door-language").selectOption("es");

    await answer(page, "PAR-01", 2);
    await answer(page, "PAR-01", 3);
    await undo(page);
    await page.locator("[data-testid=answer-PAR-01-2][aria-pressed=true]").waitFor();
    await by(page, "way-back-PAR-01").click();
    await page.locator("[data-testid=answer-PAR-01-3][aria-pressed=true]").waitFor();

    await by(page, "note-PAR-01").fill("Blattes derrière le réfrigérateur");
    await by(page, "note-PAR-01").blur();
    await by(page, "note-kept-PAR-01").waitFor();
    await undo(page);
    await page.waitForFunction(() => document.querySelector("[data-testid=note-PAR-01]").value === "");
    await by(page, "note-PAR-01").fill("Blattes derrière la cuisinière");
    await by(page, "note-PAR-01").blur();
    await by(page, "note-kept-PAR-01").waitFor();

    const photos = by(page, "criterion-PAR-01").getByTestId("photo");
    for (const seed of [31, 32]) {
      await by(page, "photo-file-PAR-01").setInputFiles({ name: `${seed}.png`, mimeType: "image/png", buffer: picture(seed) });
      await photos.nth(seed - 31).waitFor();
    }
    await photos.first().getByTestId("photo-remove").click();
    await by(page, "photo-removed").waitFor();
    await shot(page, "annuler");
    await comfortable(page, "a place with the strip");
    await undo(page);
    await photos.nth(1).waitFor();
    // Taken away again, and put back from its own place: offline, after the page was left.
    await photos.first().getByTestId("photo-remove").click();
    await by(page, "photo-undo").click();
    await photos.nth(1).waitFor();
    await page.reload();
    await enter(page);
    await openSection(page, "PAR");
    await photos.nth(1).waitFor();
    assert.equal(await pressed(page, "answer-PAR-01-3"), "true");
    assert.equal(await by(page, "note-PAR-01").inputValue(), "Blattes derrière la cuisinière");
    assert.equal(await by(page, "door-language").inputValue(), "es");
  });

  await story.test("une urgence se déclenche aussi de la porte, qui est déjà choisie", async () => {
    await toDoor(page, "101");
    await by(page, "raise-emergency").click();
    await by(page, "emergency-form").waitFor();
    await page.waitForFunction(() => document.querySelector("[data-testid=emergency-place]").selectedOptions[0]?.textContent.includes("101"));
    await comfortable(page, "the emergency form of a door");
    await shot(page, "urgence-porte");
    await by(page, "emergency-form").locator("form button[type=button]").click();
    await by(page, "emergency-form").waitFor({ state: "detached" });
  });

  await story.test("un critère se trouve par son code ou ses mots, sans accent ni majuscule", async () => {
    await by(page, "search").click();
    await by(page, "search-input").fill("temperature");
    await by(page, "hit-CHA-01").waitFor();
    await by(page, "search-input").fill("HUM01");
    await by(page, "hit-HUM-01").waitFor();
    assert.equal(await by(page, "search-sheet").locator("[data-testid^=hit-]").count(), 1);
    await shot(page, "recherche");
    await comfortable(page, "the search");
    const field = await by(page, "search-input").boundingBox();
    assert.ok(field.y > 400, "the field of the search is where the thumb is");
    await by(page, "go-HUM-01").click();
    await by(page, "criterion-HUM-01").waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "criterion-name-HUM-01");
  });

  await story.test("une mesure inhabituelle est gardée avec un avertissement, une impossible est refusée", async () => {
    await openSection(page, "CHA");
    await by(page, "value-CHA-01").fill("2,5");
    await by(page, "unusual-CHA-01").waitFor();
    await by(page, "kept-CHA-01").waitFor();
    await by(page, "value-CHA-01").fill("80");
    await by(page, "criterion-CHA-01").getByRole("alert").waitFor();
    await by(page, "value-CHA-01").fill("19,5");
    await by(page, "unusual-CHA-01").waitFor({ state: "detached" });
  });

  await story.test("le même constat se copie dans d’autres logements, chacun avec sa trace, et s’annule d’un coup", async () => {
    await answer(page, "HUM-03", 2);
    await by(page, "copy-HUM-03").click();
    await by(page, "copy-door-102").check();
    await by(page, "copy-door-103").check();
    await shot(page, "copie");
    await comfortable(page, "the doors to copy to");
    await by(page, "copy-confirm").click();
    await undo(page);
    await by(page, "copy-HUM-03").click();
    await by(page, "copy-door-102").check();
    await by(page, "copy-door-103").check();
    await by(page, "copy-confirm").click();
    await page.locator("[data-testid=undo-strip][data-state=undo]").waitFor();
    await toDoor(page, "102");
    await by(page, "outcome-visited").click();
    await openSection(page, "HUM");
    assert.equal(await pressed(page, "answer-HUM-03-2"), "true");
    await by(page, "criterion-HUM-03").getByTestId("copied").waitFor();
  });

  await story.test("le français et l’anglais s’échangent au milieu d’une saisie sans rien perdre", async () => {
    await openSection(page, "CHA");
    await by(page, "note-CHA-01").fill("Fenêtre qui ne ferme");
    await by(page, "value-CHA-01").pressSequentially("1");
    await by(page, "comfort").click();
    await by(page, "comfort-en").click();
    await by(page, "sheet-close").click();
    await page.waitForFunction(() => document.documentElement.lang === "en-CA");
    assert.equal(await by(page, "note-CHA-01").inputValue(), "Fenêtre qui ne ferme");
    assert.match(await by(page, "value-CHA-01").inputValue(), /^1$/);
    await by(page, "note-CHA-01").press("End");
    await by(page, "note-CHA-01").pressSequentially(" pas");
    await by(page, "value-CHA-01").press("End");
    await by(page, "value-CHA-01").pressSequentially("9.5");
    await by(page, "kept-CHA-01").waitFor();
    await by(page, "comfort").click();
    await by(page, "comfort-fr").click();
    await by(page, "sheet-close").click();
    await page.waitForFunction(() => document.querySelector("[data-testid=value-CHA-01]").value === "19,5");
    assert.equal(await by(page, "note-CHA-01").inputValue(), "Fenêtre qui ne ferme pas");
    await by(page, "note-kept-CHA-01").waitFor();
  });

  await story.test("la visite se met en pause, reprend avec une autre heure de sortie, et se termine", async () => {
    await back(page);
    await by(page, "pause-visit").click();
    await by(page, "paused").waitFor();
    await shot(page, "pause");
    await comfortable(page, "a paused visit");
    await by(page, "end-60").click();
    await by(page, "resume-visit").click();
    await by(page, "pace").waitFor();
    await by(page, "finish-visit").click();
    await by(page, "finish-panel").getByRole("link", { name: /^Extérieur\s\d+\ssans réponse$/ }).waitFor();
    await page.waitForFunction(() => {
      const box = document.querySelector("[data-testid=finish-confirm]").getBoundingClientRect();
      const dock = document.querySelector(".field-dock").getBoundingClientRect();
      return box.top >= 0 && box.bottom <= dock.top;
    });
    await shot(page, "terminer");
    await comfortable(page, "the end of a visit");
    await by(page, "finish-confirm").click();
    await by(page, "start-visit").waitFor();
    await phone.context.setOffline(false);
    await everythingSent(page);
    await phone.context.setOffline(true);
  });

  await story.test("le serveur a reçu les copies, les photos remises et les résultats annulés", async () => {
    const read = await api("inspection@demo.test");
    const { buildings } = await read("/api/v1/sync/pull");
    const { visit, doors } = buildings.find((sheet) => sheet.id === building);
    const door = (label) => doors.find((known) => known.label === label).dwelling_id;
    const at = (label, criterion) => visit.observations.find((one) => one.place === `dwelling:${door(label)}` && one.criterion === criterion);
    for (const label of ["101", "102", "103"]) assert.equal(at(label, "HUM-03").answer.severity, 2, label);
    assert.equal(at("101", "PAR-01").photos, 2);
    assert.equal(visit.dwellings[door("101")], "visited");
    assert.ok(visit.finished_at);
    assert.equal(visit.people.length, 1, "one person worked there");
  });

  await story.test("à la visite suivante, chaque critère montre la dernière fois et demande corrigé, pareil ou pire", async () => {
    await by(page, "expected-end").scrollIntoViewIfNeeded();
    await shot(page, "depart");
    await comfortable(page, "the start of a visit");
    await by(page, "end-30").click();
    await by(page, "start-visit").click();
    await by(page, "pause-visit").waitFor();
    await shot(page, "immeuble");
    await comfortable(page, "the building");
    await toDoor(page, "101");
    await by(page, "outcome-visited").click();
    await openSection(page, "PAR");
    const card = by(page, "earlier-PAR-01");
    await card.waitFor();
    assert.match(await card.innerText(), /cuisinière/);
    assert.match(await card.innerText(), /photos\s: 2/);
    assert.match(await card.innerText(), /à corriger avant le/);
    assert.equal(await by(page, "answer-PAR-01-3").count(), 0, "the other answers wait");
    await shot(page, "derniere-fois");
    await comfortable(page, "last time’s answer");
    await by(page, "earlier-same-PAR-01").click();
    await by(page, "kept-PAR-01").waitFor();
    await by(page, "criterion-PAR-01").getByTestId("copied").waitFor();
    await undo(page);
    await by(page, "earlier-corrected-PAR-01").click();
    await by(page, "kept-PAR-01").waitFor();
    assert.equal(await pressed(page, "earlier-corrected-PAR-01"), "true");
    await openSection(page, "HUM");
    await by(page, "earlier-worse-HUM-03").click();
    await by(page, "answer-HUM-03-2").waitFor();
  });

  await story.test("une visite qui dépasse sa sortie prévue est rappelée sur chaque écran, et se prolonge", async () => {
    assert.equal(await by(page, "overrun").count(), 0);
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 31 * 60_000;
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await by(page, "overrun").filter({ hasText: ADDRESS }).waitFor();
    await shot(page, "depassement");
    await comfortable(page, "a visit that runs over");
    await by(page, "put-off").click();
    await by(page, "overrun").waitFor({ state: "detached" });
    await page.reload();
    await enter(page);
    await by(page, "place-title").waitFor();
  });

  await story.test("un autre téléphone reçoit la visite en cours, la précédente et le nom de la collègue", async () => {
    await phone.context.setOffline(false);
    await everythingSent(page);
    await phone.context.setOffline(true);
    const other = await openPhone(await freshProfile());
    await signIn(other.page, program.base, "psychosocial@demo.test", "/terrain");
    await enter(other.page);
    await by(other.page, "round-card").filter({ hasText: ADDRESS }).click();
    await by(other.page, "people").waitFor();
    await toDoor(other.page, "101");
    await openSection(other.page, "PAR");
    const card = by(other.page, "earlier-PAR-01");
    await card.waitFor();
    assert.match(await card.innerText(), /cuisinière/);
    assert.match(await card.innerText(), /photos\s: 2/);
    assert.deepEqual(other.trouble, []);
    await other.context.close();
  });

  await story.test("à 200 %, au soleil et sous 320 px, rien ne se perd ni ne défile de côté", async () => {
    await by(page, "comfort").click();
    await by(page, "comfort-text-200").click();
    await shot(page, "confort");
    await comfortable(page, "the comfort panel");
    await by(page, "sheet-close").click();
    await comfortable(page, "a place in large text");
    await shot(page, "lieu-200");
    await back(page);
    await by(page, "door-101").waitFor();
    await comfortable(page, "the building in large text");
    await shot(page, "immeuble-200");
    await back(page);
    await by(page, "round-card").first().waitFor();
    await comfortable(page, "the round in large text");
    await shot(page, "tournee-200");
    await by(page, "comfort").click();
    await by(page, "comfort-text-100").click();
    await by(page, "comfort-contrast").check();
    await by(page, "sheet-close").click();
    await page.locator("html[data-contrast=more]").waitFor({ state: "attached" });
    await page.reload();
    await enter(page);
    await page.locator("html[data-contrast=more]").waitFor({ state: "attached" });
    await page.emulateMedia({ colorScheme: "dark" });
    await comfortable(page, "the round in the sun");
    await by(page, "round-card").filter({ hasText: ADDRESS }).click();
    await by(page, "door-101").click();
    await openSection(page, "PAR");
    await comfortable(page, "a place in the sun");
    await page.emulateMedia({ colorScheme: "light" });
    await shot(page, "lieu-soleil");
    await page.setViewportSize({ width: 320, height: 640 });
    await comfortable(page, "a place on a narrow phone");
  });

  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
});

test("deux visites d’un immeuble commencées sans réseau : celle de ce téléphone y reste, l’autre est à portée", { timeout: 180_000 }, async () => {
  const [OWN, THEIRS] = ["Mienne, commencée la première", "Sienne, commencée ensuite"];
  const noted = async (page) => {
    await toDoor(page, "101");
    await openSection(page, "PAR");
    return by(page, "note-PAR-01").inputValue();
  };
  const write = async (page, text) => {
    await by(page, "start-visit").click();
    await toDoor(page, "101");
    await by(page, "outcome-visited").click();
    await answer(page, "PAR-01", 2);
    await by(page, "note-PAR-01").fill(text);
    await by(page, "note-PAR-01").blur();
    await by(page, "note-kept-PAR-01").waitFor();
  };
  const arrive = async (email) => {
    const phone = await openPhone(await freshProfile());
    await signIn(phone.page, program.base, email, "/terrain");
    await enter(phone.page);
    await by(phone.page, "round-card").filter({ hasText: UNSEEN }).click();
    await by(phone.page, "start-visit").waitFor();
    return phone;
  };
  const mine = await arrive("inspection@demo.test");
  const theirs = await arrive("psychosocial@demo.test");
  await mine.context.setOffline(true);
  await write(mine.page, OWN);
  await write(theirs.page, THEIRS);
  await everythingSent(theirs.page);

  await mine.context.setOffline(false);
  await everythingSent(mine.page);
  await back(mine.page);
  await by(mine.page, "other-visit").waitFor();
  await comfortable(mine.page, "a building with two visits");
  await shot(mine.page, "deux-visites");
  assert.equal(await noted(mine.page), OWN);
  await back(mine.page);
  await by(mine.page, "go-other-visit").click();
  await by(mine.page, "people").waitFor();
  assert.equal(await noted(mine.page), THEIRS);
  // What was chosen holds when the page starts again.
  await mine.page.reload();
  await enter(mine.page);
  assert.equal(await noted(mine.page), THEIRS);

  // In one visit now, and each without the other: both answers stay until somebody decides between them.
  await mine.context.setOffline(true);
  await theirs.context.setOffline(true);
  await answer(mine.page, "PAR-01", 3);
  await answer(theirs.page, "PAR-01", 1);
  await theirs.context.setOffline(false);
  await everythingSent(theirs.page);
  await mine.context.setOffline(false);
  const card = by(mine.page, "criterion-PAR-01");
  await card.getByTestId("conflict-keep").nth(1).waitFor();
  assert.match(await card.getByTestId("conflict").innerText(), /Naïma Belkacem[\s\S]*Étienne Lavoie|Étienne Lavoie[\s\S]*Naïma Belkacem/);
  await comfortable(mine.page, "two answers to decide between");
  await card.getByTestId("conflict").scrollIntoViewIfNeeded();
  await shot(mine.page, "deux-reponses");
  await card.getByTestId("conflict").locator("li").filter({ hasText: "Naïma Belkacem" }).getByTestId("conflict-keep").click();
  await by(mine.page, "conflict").waitFor({ state: "detached" });
  await everythingSent(mine.page);
  // A phone asks for what is new as it starts.
  await theirs.page.reload();
  await enter(theirs.page);
  await openSection(theirs.page, "PAR");
  // Until then the most severe is shown, with what it is in conflict with.
  await by(theirs.page, "conflict").waitFor({ state: "detached" });
  await theirs.page.locator("[data-testid=answer-PAR-01-3][aria-pressed=true]").waitFor();
  await back(mine.page);
  await by(mine.page, "go-other-visit").click();
  await by(mine.page, "people").waitFor({ state: "detached" });
  assert.equal(await noted(mine.page), OWN);
  assert.deepEqual([...mine.trouble, ...theirs.trouble], []);
  await mine.context.close();
  await theirs.context.close();
});
