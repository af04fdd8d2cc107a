// One door written under two names by two phones that did not know of each other: proposed, united without a network, parted, united for good.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { closeAll, openPhone, signIn } from "./support/browsers.mjs";
import { answer, back, by, comfortable, enter, everythingSent, openSection, shot, undo } from "./support/field.mjs";
import { picture } from "./support/pictures.mjs";
import { startProgram } from "./support/program.mjs";

const ADDRESS = "75, rue de la Légende";

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

async function arrive(email) {
  profiles.push(await mkdtemp(join(tmpdir(), "brigade-doors-")));
  const phone = await openPhone(profiles.at(-1));
  await signIn(phone.page, program.base, email, "/terrain");
  await enter(phone.page);
  await by(phone.page, "round-card").filter({ hasText: ADDRESS }).click();
  return phone;
}

async function addDoor(page, label) {
  await by(page, "add-door").click();
  await by(page, "add-door-label").fill(label);
  await by(page, "add-door-floor").fill("2");
  await by(page, "add-door-save").click();
  await by(page, `door-${label}`).click();
  await by(page, "outcome-visited").click();
}

async function takePhoto(page, criterion, seed) {
  await openSection(page, criterion.split("-")[0]);
  await by(page, `photo-file-${criterion}`).setInputFiles({ name: `${seed}.png`, mimeType: "image/png", buffer: picture(seed, 400, 300) });
  await by(page, `criterion-${criterion}`).getByTestId("photo").first().waitFor();
}

async function note(page, criterion, text) {
  await by(page, `note-${criterion}`).fill(text);
  await by(page, `note-${criterion}`).blur();
  await by(page, `note-kept-${criterion}`).waitFor();
}

const chosen = (page, criterion, level) => page.locator(`[data-testid=answer-${criterion}-${level}][aria-pressed=true]`);
const photos = (page, criterion) => by(page, `criterion-${criterion}`).getByTestId("photo");

/** The phone comes back to its person's hand: it asks the server for what is new. */
const comesBack = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

test("« app. 4 » et « App 4 » : réunies sans réseau, séparées, puis réunies pour tous ; photos et notes suivent", { timeout: 240_000 }, async () => {
  const mine = await arrive("inspection@demo.test");
  const { page } = mine;
  await by(page, "start-visit").click();
  await by(page, "doors").waitFor();
  await everythingSent(page);
  const theirs = await arrive("psychosocial@demo.test");
  await by(theirs.page, "doors").waitFor();
  await mine.context.setOffline(true);
  await theirs.context.setOffline(true);

  await addDoor(page, "app. 4");
  await answer(page, "PAR-02", 2);
  await note(page, "PAR-02", "Coquerelles sous l’évier");
  await takePhoto(page, "PAR-02", 41);
  await back(page);
  await addDoor(theirs.page, "App 4");
  await answer(theirs.page, "PAR-02", 3);
  await note(theirs.page, "PAR-02", "Coquerelles au plafond");
  await answer(theirs.page, "PLO-03", 2);
  await back(theirs.page);
  await theirs.context.setOffline(false);
  await everythingSent(theirs.page);
  assert.equal(await by(theirs.page, "doors-proposal").count(), 0, "it knows of one only");
  await mine.context.setOffline(false);
  await everythingSent(page);
  await by(page, "doors-proposal").waitFor();
  assert.match(await by(page, "doors-proposal").innerText(), /la même porte/);
  assert.match(await by(page, "doors-proposal").innerText(), /app\. 4 \(Étage 2\)\s: Logement visité\. Réponses\s: 1\. Photos\s: 1\./);
  await comfortable(page, "a building with two doors to compare");
  await by(page, "doors-proposal").scrollIntoViewIfNeeded();
  await shot(page, "meme-porte");

  // Without a network: what is known of both is under one name at once.
  await mine.context.setOffline(true);
  await by(page, "doors-unite").filter({ hasText: "app. 4" }).click();
  await by(page, "doors-proposal").waitFor({ state: "detached" });
  await by(page, "door-App 4").waitFor({ state: "detached" });
  await by(page, "door-app. 4").click();
  await openSection(page, "PAR");
  await chosen(page, "PAR-02", 3).waitFor();
  assert.equal(await by(page, "note-PAR-02").inputValue(), "Coquerelles sous l’évier\nCoquerelles au plafond");
  assert.equal(await photos(page, "PAR-02").count(), 1);
  await by(page, "criterion-PAR-02").getByTestId("conflict").waitFor();
  await openSection(page, "PLO");
  await chosen(page, "PLO-03", 2).waitFor();
  await back(page);

  // And back: each has its own again.
  await undo(page);
  await by(page, "door-App 4").click();
  await openSection(page, "PAR");
  await chosen(page, "PAR-02", 3).waitFor();
  assert.equal(await by(page, "note-PAR-02").inputValue(), "Coquerelles au plafond");
  await back(page);
  await by(page, "door-app. 4").click();
  await openSection(page, "PAR");
  await chosen(page, "PAR-02", 2).waitFor();
  assert.equal(await by(page, "note-PAR-02").inputValue(), "Coquerelles sous l’évier");
  await back(page);
  assert.equal(await by(page, "doors-proposal").count(), 0, "two doors now: not asked again");

  // One after all. The other phone, which still had it open under the other name, follows.
  await by(page, "doors-decided").locator("summary").click();
  await by(page, "doors-unite-after-all").click();
  await by(page, "doors-part").waitFor();
  await comfortable(page, "a building with doors united");
  await shot(page, "portes-reunies");
  await mine.context.setOffline(false);
  await everythingSent(page);
  const gone = (await by(page, "door-App 4").count()) === 0 ? "App 4" : "app. 4";
  const kept = gone === "App 4" ? "app. 4" : "App 4";
  await by(theirs.page, "door-App 4").click();
  await takePhoto(theirs.page, "PAR-02", 42);
  await everythingSent(theirs.page);
  await comesBack(theirs.page);
  await by(theirs.page, "place-title").filter({ hasText: kept }).waitFor();
  await openSection(theirs.page, "PAR");
  const conflict = by(theirs.page, "criterion-PAR-02").getByTestId("conflict");
  await conflict.getByTestId("conflict-keep").nth(1).waitFor();
  assert.match(await by(theirs.page, "note-PAR-02").inputValue(), /Coquerelles sous l’évier[\s\S]*au plafond|au plafond[\s\S]*sous l’évier/);
  await conflict.locator("li").filter({ hasText: "Naïma Belkacem" }).getByTestId("conflict-keep").click();
  await conflict.waitFor({ state: "detached" });
  await everythingSent(theirs.page);
  await back(theirs.page);
  assert.equal(await by(theirs.page, `door-${gone}`).count(), 0);

  const pull = await (await mine.context.request.get(`${program.base}/api/v1/sync/pull`)).json();
  const sheet = pull.buildings.find((building) => building.address === ADDRESS);
  const door = sheet.doors.find((door) => door.label === kept);
  assert.deepEqual(sheet.doors_gone.map((door) => door.label), [gone]);
  const seen = sheet.visit.observations.filter((observation) => observation.place === `dwelling:${door.dwelling_id}`);
  assert.deepEqual(seen.map((observation) => [observation.criterion, observation.photos]), [["PAR-02", 2], ["PLO-03", 0]]);
  assert.equal(sheet.visit.conflicts, undefined);
});
