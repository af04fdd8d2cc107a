// The brigade's whole job, once, for real: a phone without network, a killed browser, a synchronisation, a complex case, the emergency cell that sees it
// without reloading, a referral that the city accepts, and the map that betrays nobody.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { choosePin, closeAll, kill, openDesk, openPhone, signIn, sitDown, unlock, violations } from "./support/browsers.mjs";
import { answer, by, openSection } from "./support/field.mjs";
import { picture } from "./support/pictures.mjs";
import { startProgram } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
const NOTE = "Occupant rencontré à la porte, seau sous la fuite.";

let program;
let desk;
let profile;

before(async () => {
  program = await startProgram();
  desk = await openDesk();
  profile = await mkdtemp(join(tmpdir(), "brigade-phone-"));
});

after(async () => {
  await closeAll();
  await desk?.close();
  await program?.stop();
  await rm(profile, { recursive: true, force: true });
});

async function photograph(page, criterion, seed) {
  const before = await by(page, `criterion-${criterion}`).getByTestId("photo").count();
  await by(page, `photo-file-${criterion}`).setInputFiles({ name: `${seed}.png`, mimeType: "image/png", buffer: picture(seed) });
  await by(page, `criterion-${criterion}`).getByTestId("photo").nth(before).waitFor();
}

async function goTo(page, place) {
  if (await by(page, "place-title").count()) await page.locator("a[href*='/terrain/immeuble/']").first().click();
  await by(page, place).click();
  await by(page, "place-title").waitFor();
}

async function noViolation(page, where) {
  assert.deepEqual(await violations(page), [], `accessibility of ${where}`);
}

test("le travail de la brigade, de la cave sans réseau jusqu’à la carte de la ville", { timeout: 300_000 }, async (story) => {
  let phone = await openPhone(profile);
  let visitUrl;

  await story.test("une seule visite suffit : la tournée s’ouvre ensuite sans réseau", async () => {
    await signIn(phone.page, program.base, "inspection@demo.test", "/terrain");
    await choosePin(phone.page);
    await by(phone.page, "round-card").filter({ hasText: ADDRESS }).waitFor();
    await phone.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await noViolation(phone.page, "the round");
    // The browser is closed (it writes its cookies then) and the phone goes down to the basement: a cold start, without network.
    await phone.context.close();
    phone = await openPhone(profile, { offline: true });
    await phone.page.goto(`${program.base}/terrain`);
    await unlock(phone.page);
    await by(phone.page, "round-card").filter({ hasText: ADDRESS }).click();
    await by(phone.page, "start-visit").click();
    await by(phone.page, "door-101").waitFor();
    visitUrl = phone.page.url();
  });

  await story.test("l’inspectrice répond, photographie et note, hors ligne", async () => {
    const { page } = phone;
    await goTo(page, "door-101");
    await by(page, "outcome-visited").click();
    await answer(page, "PAR-01", 3);
    await photograph(page, "PAR-01", 11);
    await answer(page, "HUM-01", 3);
    await photograph(page, "HUM-01", 12);
    await answer(page, "PLO-03", 2);
    await by(page, "note-PLO-03").fill(NOTE);
    await by(page, "note-PLO-03").blur();
    await by(page, "kept-PLO-03").waitFor();
    await noViolation(page, "a place of the grid");
  });

  await story.test("le navigateur est tué, rien n’est perdu", async () => {
    await kill(phone);
    phone = await openPhone(profile, { offline: true });
    await phone.page.goto(visitUrl);
    await unlock(phone.page);
    await by(phone.page, "door-101").click();
    const { page } = phone;
    await openSection(page, "PAR");
    assert.equal(await by(page, "answer-PAR-01-3").getAttribute("aria-pressed"), "true");
    assert.equal(await by(page, "criterion-PAR-01").getByTestId("photo").count(), 1);
    await openSection(page, "PLO");
    assert.equal(await by(page, "note-PLO-03").inputValue(), NOTE);
    assert.ok(Number(await by(page, "sync-strip").getAttribute("data-pending")) > 0);
  });

  await story.test("un danger s’affiche aussitôt, avec le 911 d’abord, et dit qu’il n’est pas transmis", async () => {
    const { page } = phone;
    await goTo(page, "door-102");
    await by(page, "outcome-visited").click();
    await answer(page, "HUM-01", 2);
    await answer(page, "INC-01", 4);
    await photograph(page, "INC-01", 13);
    await page.locator("a[href*='/terrain/immeuble/']").first().click();
    await by(page, "danger-banner").waitFor();
    assert.equal(await by(page, "danger-banner").locator("a[href^='tel:']").first().getAttribute("href"), "tel:911");
    await by(page, "not-sent").waitFor();
    assert.equal(await by(page, "band").getAttribute("data-band"), "D");
    await by(page, "motif-CERTAIN").waitFor();
    await noViolation(page, "the building");
  });

  const cell = await sitDown(desk, program.base, "cellule@demo.test", "/cellule");
  const card = cell.page.getByTestId("escalation-card").filter({ hasText: ADDRESS });

  await story.test("le réseau revient : tout part seul, et la cellule le voit sans recharger", async () => {
    await cell.page.locator("[data-testid=live-state][data-state=live]").waitFor();
    assert.equal(await card.count(), 0);
    await cell.page.evaluate(() => (globalThis.notReloaded = true));
    await phone.context.setOffline(false);
    await card.waitFor();
    assert.ok(await cell.page.evaluate(() => globalThis.notReloaded), "the board was not reloaded");
    await phone.page.locator("[data-testid=sync-strip][data-pending='0']").waitFor();
    await by(phone.page, "not-sent").waitFor({ state: "detached" });
    await noViolation(cell.page, "the board");
    assert.deepEqual(phone.trouble, []);
  });

  await story.test("la cellule accuse réception et envoie une équipe", async () => {
    await card.getByTestId("escalation-act-acknowledge").click();
    await cell.page.getByTestId("escalation-card").filter({ hasText: ADDRESS }).and(cell.page.locator("[data-stage=acknowledged]")).waitFor();
    const dispatch = card.locator("form", { has: cell.page.getByTestId("escalation-act-dispatch") });
    await dispatch.locator("input[name=text]").fill("Prévention incendie");
    await dispatch.getByTestId("escalation-act-dispatch").click();
    await cell.page.locator("[data-testid=escalation-card][data-stage=dispatched]").filter({ hasText: ADDRESS }).waitFor();
    assert.deepEqual(cell.trouble, []);
  });

  let number;
  await story.test("la coordination lit pourquoi le cas est complexe, et le réfère à la ville", async () => {
    const office = await sitDown(desk, program.base, "coordination@demo.test", `/bureau?q=${encodeURIComponent("exemples 1250")}`);
    const { page } = office;
    const row = page.getByTestId("case-row");
    assert.equal(await row.count(), 1);
    number = await row.getAttribute("data-number");
    await noViolation(page, "the list of cases");
    await row.locator("a[href*='/bureau/dossiers/']").first().click();
    await page.getByTestId("motif-CERTAIN").waitFor();
    assert.equal(await page.getByTestId("observation").filter({ hasText: NOTE }).count(), 1);
    const photo = page.locator("img[src*='/api/v1/photos/']").first();
    await photo.scrollIntoViewIfNeeded();
    await page.waitForFunction((image) => image.complete && image.naturalWidth > 0, await photo.elementHandle());
    await noViolation(page, "the case");
    const form = page.getByTestId("referral-create");
    await form.evaluate((element) => element.closest("details")?.setAttribute("open", ""));
    await form.locator("select[name=to_organisation]").selectOption({ label: await optionOf(form, "Ville de Longueuil") });
    await form.locator("textarea[name=reason]").fill("Avertisseurs absents et moisissures : inspection demandée.");
    for (const section of ["building", "dwelling"]) await form.locator(`input[name=sections][value=${section}]`).check();
    await form.getByTestId("referral-send").click();
    await page.getByTestId("flash").waitFor();
    assert.equal(await page.getByTestId("referral-row").count(), 1);
    assert.deepEqual(office.trouble, []);
    await office.context.close();
  });

  await story.test("la ville accepte la référence et lit exactement ce qui est partagé", async () => {
    const city = await sitDown(desk, program.base, "longueuil@demo.test", "/partenaires");
    const { page } = city;
    await noViolation(page, "the partner’s inbox");
    await page.getByTestId("referral-row").filter({ hasText: ADDRESS }).locator("a").first().click();
    await page.getByTestId("referral-act-accept").waitFor();
    assert.ok((await page.getByTestId("shared-observation").count()) >= 4);
    await noViolation(page, "the referral");
    await page.getByTestId("referral-act-accept").locator("button[type=submit]").click();
    await page.getByTestId("referral-answered").waitFor();
    assert.deepEqual(city.trouble, []);
    await city.context.close();
  });

  await story.test("la carte de la ville montre le cas et ne contient aucun renseignement personnel", async () => {
    const city = await sitDown(desk, program.base, "longueuil@demo.test", "/carte");
    const { page } = city;
    await page.getByTestId("map-list-row").filter({ hasText: number }).waitFor();
    await page.locator("case-map[data-state=ready]").waitFor();
    await noViolation(page, "the map");
    const answer = await city.context.request.get(`${program.base}/api/v1/cases.geojson`);
    const payload = await answer.text();
    const collection = JSON.parse(payload);
    assert.ok(collection.features.some((feature) => feature.properties.number === number));
    const allowed = ["address", "band", "borough", "danger", "dwellings", "municipality", "number", "stage"];
    for (const feature of collection.features) {
      assert.deepEqual(Object.keys(feature.properties).sort(), allowed);
      assert.equal(feature.properties.municipality, "Longueuil");
    }
    for (const secret of [NOTE, "Naïma", "Belkacem", "@", "dwelling:", "MEN-"]) assert.ok(!payload.includes(secret), `the map says « ${secret} »`);
    assert.deepEqual(city.trouble, []);
    await city.context.close();
  });

  await story.test("le dossier dit que la ville a accepté, et le téléphone est à jour", async () => {
    const office = await sitDown(desk, program.base, "coordination@demo.test", `/bureau?q=${number}`);
    await office.page.getByTestId("case-row").locator("a[href*='/bureau/dossiers/']").first().click();
    await office.page.getByTestId("referral-row").and(office.page.locator("[data-stage=accepted]")).waitFor();
    await office.context.close();
    assert.equal(await by(phone.page, "sync-strip").getAttribute("data-pending"), "0");
    await phone.context.close();
    await cell.context.close();
  });
});

async function optionOf(form, start) {
  return form.locator("select[name=to_organisation] option").evaluateAll((options, text) => options.map((option) => option.textContent).find((label) => label.includes(text)), start);
}
