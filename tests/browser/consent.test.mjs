// What concerns people, shared under their consent: recorded, used by a referral, taken back while the service reads. In real Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";

import { closeAll, openDesk, presses, says, signIn, sitDown, violations, watch } from "./support/browsers.mjs";
import { by, shot } from "./support/field.mjs";
import { stage } from "./support/program.mjs";

const here = stage(closeAll);

/** The referral that was sent last, wherever the list puts it. */
const newest = (rows) => rows.reduce((one, other) => (one.sent_at > other.sent_at ? one : other));

/** A case with a confidential answer at a door, as somebody of that compartment reads it. */
async function confidentialDoor(page) {
  const found = await page.evaluate(async () => {
    const read = async (path) => (await fetch(path)).json();
    for (const { id } of (await read("/api/v1/cases?limit=250")).rows)
      for (const visit of (await read(`/api/v1/cases/${id}`)).visits)
        for (const seen of visit.observations) if (seen.criterion.startsWith("MEN-") && seen.door) return { id, door: seen.door };
    return null;
  });
  assert.ok(found, "the demonstration has a confidential answer");
  return found;
}

test("un consentement se note, ouvre une porte à un seul service, et se retire pendant que ce service lit", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const worker = await sitDown(desk, here.program.base, "psychosocial@demo.test", "/bureau");
  const { id, door } = await confidentialDoor(worker.page);
  const page = worker.page;
  const openCase = () => page.goto(`${here.program.base}/bureau/dossiers/${id}`);
  const submit = async (form, code) => {
    await presses(page, form.locator("button[type=submit]"), code);
  };

  await openCase();
  await by(page, "consents").locator("summary", { hasText: "Noter la réponse" }).click();
  const record = by(page, "consent-record");
  await record.locator("select[name=dwelling_id]").selectOption({ label: door });
  const body = await record.locator("select[name=to_organisation] option").filter({ hasText: "CISSS" }).first().innerText();
  await record.locator("select[name=to_organisation]").selectOption({ label: body });
  await record.locator("input[value=psychosocial]").check();
  await record.locator("textarea[name=purpose]").fill("Visite à domicile du CLSC.");
  await record.locator("input[name=person]").fill("Locataire en titre");
  // Whoever says nothing has not consented: neither answer is chosen beforehand.
  assert.equal(await record.locator("input[name=answer]:checked").count(), 0);
  await record.locator("input[value=given]").check();
  assert.deepEqual(await violations(page), []);
  await shot(page, "consent-record");
  await submit(record, "consent_recorded");
  await by(page, "consent-row").and(page.locator("[data-holds=true]")).first().waitFor();

  await page.locator("summary", { hasText: "Créer une référence" }).click();
  const refer = by(page, "referral-create");
  const service = await refer.locator("select[name=to_organisation] option").filter({ hasText: "CISSS" }).first().innerText();
  await refer.locator("select[name=to_organisation]").selectOption({ label: service });
  await refer.locator("textarea[name=reason]").fill("Accompagnement demandé par la personne.");
  await by(refer, "consented").filter({ hasText: `porte ${door}` }).locator("input").check();
  await shot(page, "consent-refer");
  // Before it goes, the page shows what the recipient will read; nobody else reads it yet.
  await Promise.all([page.waitForURL("**/partenaires/*"), by(refer, "referral-preview").click()]);
  await says(page, "referral_drafted");
  await by(page, "shared-panel").getByText("MEN-").first().waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, "referral-preview");
  await submit(by(page, "referral-act-send"), "referral_sent");

  const partner = await sitDown(desk, here.program.base, "cisss@demo.test", "/partenaires");
  const inbox = await (await partner.context.request.get(`${here.program.base}/api/v1/referrals`)).json();
  await partner.page.goto(`${here.program.base}/partenaires/${newest(inbox.received).id}`);
  const shared = by(partner.page, "shared-panel");
  await shared.getByText("MEN-").first().waitFor();
  await by(partner.page, "shared-consented").filter({ hasText: "Visite à domicile du CLSC." }).waitFor();
  assert.equal(await by(partner.page, "consent-ended").count(), 0);
  assert.deepEqual(await violations(partner.page), []);
  await shot(partner.page, "consent-partner");

  await openCase();
  const row = by(page, "consent-row").filter({ hasText: "Visite à domicile du CLSC." });
  await by(row, "consent-use").first().waitFor();
  await row.locator("summary", { hasText: "Retirer" }).click();
  await submit(by(row, "consent-withdraw"), "consent_withdrawn");
  await row.and(page.locator("[data-holds=false]")).waitFor();
  await shot(page, "consent-withdrawn");
  await partner.page.reload();
  await by(partner.page, "consent-ended").waitFor();
  assert.equal(await shared.getByText("MEN-").count(), 0);
  assert.equal(await by(partner.page, "shared-consented").count(), 0);
  await shot(partner.page, "consent-partner-ended");
  assert.deepEqual([worker.trouble, partner.trouble], [[], []]);
  await desk.close();
});

test("un danger ouvre une porte sans consentement, pour 72 heures, et la responsable de la vie privée l’examine", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const worker = await sitDown(desk, here.program.base, "psychosocial@demo.test", "/bureau");
  const { id, door } = await confidentialDoor(worker.page);
  const page = worker.page;
  await page.goto(`${here.program.base}/bureau/dossiers/${id}`);
  await page.locator("summary", { hasText: "Créer une référence" }).click();
  const refer = by(page, "referral-create");
  const service = await refer.locator("select[name=to_organisation] option").filter({ hasText: "CISSS" }).first().innerText();
  await refer.locator("select[name=to_organisation]").selectOption({ label: service });
  await refer.locator("textarea[name=reason]").fill("Se rendre à la porte maintenant.");
  await refer.locator("summary", { hasText: "Danger" }).click();
  await refer.locator("select[name=emergency_dwelling]").selectOption({ label: door });
  await refer.locator("input[name=emergency_sections][value=psychosocial]").check();
  const fields = by(page, "emergency-fields");
  await fields.locator("input[value=person_in_danger]").check();
  await fields.locator("textarea").fill("Ne répond plus depuis deux jours.");
  await fields.scrollIntoViewIfNeeded();
  assert.deepEqual(await violations(page), []);
  await shot(page, "emergency-fields");
  await presses(page, by(refer, "referral-send"), "referral_sent");

  const partner = await sitDown(desk, here.program.base, "cisss@demo.test", "/partenaires");
  const inbox = await (await partner.context.request.get(`${here.program.base}/api/v1/referrals`)).json();
  await partner.page.goto(`${here.program.base}/partenaires/${newest(inbox.received).id}`);
  await by(partner.page, "shared-consented").filter({ hasText: "Sans consentement" }).waitFor();
  await by(partner.page, "shared-panel").getByText("MEN-").first().waitFor();
  await shot(partner.page, "emergency-partner");

  const privacy = await sitDown(desk, here.program.base, "vie-privee@demo.test", "/bureau");
  await Promise.all([privacy.page.waitForURL("**/bureau/vie-privee"), privacy.page.getByRole("link", { name: "Vie privée" }).click()]);
  const card = by(privacy.page, "emergency-share").filter({ hasText: "Ne répond plus depuis deux jours." });
  await card.waitFor();
  assert.deepEqual(await violations(privacy.page), []);
  await shot(privacy.page, "emergency-review");
  await card.locator("input[value=not_justified]").check();
  await card.locator("textarea").fill("Le consentement pouvait être demandé.");
  await presses(privacy.page, card.locator("button[type=submit]"), "sharing_reviewed");
  await card.and(privacy.page.locator("[data-finding=not_justified]")).waitFor();
  await shot(privacy.page, "emergency-reviewed");
  await partner.page.reload();
  await by(partner.page, "consent-ended").waitFor();
  assert.equal(await by(partner.page, "shared-panel").getByText("MEN-").count(), 0);
  assert.deepEqual([worker.trouble, partner.trouble, privacy.trouble], [[], [], []]);
  await desk.close();
});

/** The consent form, opened and filled up to how it was said. */
async function answerOf(page, base, id, door, manner) {
  await page.goto(`${base}/bureau/dossiers/${id}`);
  await page.locator("html[data-boot=started]").waitFor({ state: "attached" });
  await by(page, "consents").locator("summary", { hasText: "Noter la réponse" }).click();
  const record = by(page, "consent-record");
  await record.locator("select[name=dwelling_id]").selectOption({ label: door });
  const body = await record.locator("select[name=to_organisation] option").filter({ hasText: "CISSS" }).first().innerText();
  await record.locator("select[name=to_organisation]").selectOption({ label: body });
  await record.locator("input[value=psychosocial]").check();
  await record.locator("textarea[name=purpose]").fill("Visite à domicile du CLSC.");
  await record.locator("input[name=person]").fill("Locataire en titre");
  await record.locator("select[name=manner]").selectOption(manner);
  await record.locator("input[value=given]").check();
  return record;
}

/** Sends it, and opens the proof of the newest answer. */
async function sendAndSeeProof(page, record) {
  await Promise.all([page.waitForNavigation(), record.locator("button[type=submit]").click()]);
  assert.equal(await by(page, "flash").getAttribute("data-code"), "consent_recorded");
  await Promise.all([page.waitForURL("**/preuve"), by(page, "consent-proof").first().getByRole("link").click()]);
  assert.deepEqual(await violations(page), []);
}

test("au téléphone, la personne signe avec le doigt ; sans tracer, elle tape son nom devant témoin", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const context = await desk.newContext({ viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true, locale: "fr-CA", reducedMotion: "reduce" });
  const page = await context.newPage();
  const trouble = watch(page);
  await signIn(page, here.program.base, "psychosocial@demo.test", "/bureau");
  const { id, door } = await confidentialDoor(page);

  const record = await answerOf(page, here.program.base, id, door, "spoken");
  const pad = by(page, "signature-pad");
  assert.ok(!(await pad.isVisible()), "what is only spoken is not signed");
  await record.locator("select[name=manner]").selectOption("signed");
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 360, "the pad fits the screen");
  // Unsigned, the form does not go: the browser asks for a signature or a name.
  await record.locator("button[type=submit]").click();
  assert.equal(await record.locator("input:invalid, textarea:invalid").first().getAttribute("name"), "typed_name");

  const client = await context.newCDPSession(page);
  const touch = async (type, x, y) => client.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
  const draw = async (points) => {
    const { x, y, width, height } = await pad.boundingBox();
    const at = ([across, down]) => [x + width * across, y + height * down];
    await touch("touchStart", ...at(points[0]));
    for (const point of points.slice(1)) await touch("touchMove", ...at(point));
    await touch("touchEnd");
  };
  // The browser went to the field that it asks for: the pad comes out from under the bar first.
  await pad.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const scrolled = await page.evaluate(() => scrollY);
  await draw([[0.5, 0.5], [0.505, 0.5]]);
  await record.getByText("trop court").waitFor();
  await record.getByRole("button", { name: "Effacer" }).click();
  await draw([[0.1, 0.6], [0.2, 0.2], [0.3, 0.7], [0.4, 0.3], [0.55, 0.6], [0.7, 0.4]]);
  await draw([[0.75, 0.5], [0.9, 0.45]]);
  await record.getByText("Une signature est tracée").waitFor();
  assert.equal(await page.evaluate(() => scrollY), scrolled, "a finger that signs does not scroll");
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  assert.deepEqual(await violations(page), []);
  await shot(page, "consent-sign-360");
  await sendAndSeeProof(page, record);
  const path = await by(page, "proof-signature").locator("path").getAttribute("d");
  assert.match(path, /^(M\d+ \d+(L\d+ \d+)+){2}$/, "two strokes, as numbers");
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await shot(page, "consent-proof-360");

  const typed = await answerOf(page, here.program.base, id, door, "signed");
  await typed.locator("input[name=typed_name]").fill("Ana Ruiz");
  await typed.locator("input[name=in_presence_of]").fill("Paul Roy");
  await shot(page, "consent-typed-360");
  await sendAndSeeProof(page, typed);
  await by(page, "proof-typed").getByText("Ana Ruiz").waitFor();
  await by(page, "proof-typed").getByText("Paul Roy").waitFor();
  assert.deepEqual(trouble, []);
  await desk.close();
});

test("un papier signé se photographie ; qui ne tient pas les consentements ne lit pas la preuve", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const worker = await sitDown(desk, here.program.base, "psychosocial@demo.test", "/bureau");
  const page = worker.page;
  const { id, door } = await confidentialDoor(page);
  const record = await answerOf(page, here.program.base, id, door, "paper");
  // A sheet with a line of ink, drawn here.
  const picture = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 850, height: 1100 });
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, 850, 1100);
    paper.font = "40px sans-serif";
    paper.fillStyle = "#222";
    paper.fillText("Je consens, Ana Ruiz", 120, 300);
    return canvas.toDataURL("image/jpeg").split(",")[1];
  });
  const submit = record.locator("button[type=submit]");
  await submit.click();
  assert.equal(await record.locator("input:invalid").first().getAttribute("name"), "paper", "the browser asks for the photo");
  await record.locator("input[name=paper]").setInputFiles({ name: "papier.jpg", mimeType: "image/jpeg", buffer: Buffer.from(picture, "base64") });
  await record.locator("input[name=paper]").scrollIntoViewIfNeeded();
  assert.deepEqual(await violations(page), []);
  await shot(page, "consent-paper");
  await sendAndSeeProof(page, record);
  const image = by(page, "proof-paper");
  await image.evaluate((img) => img.decode());
  assert.equal(await image.evaluate((img) => img.naturalWidth), 850);
  await shot(page, "consent-proof-paper");
  const proof = page.url();

  const privacy = await sitDown(desk, here.program.base, "vie-privee@demo.test", `/bureau/dossiers/${id}`);
  assert.equal(await by(privacy.page, "consents").count(), 0, "the officer reads that there is a proof, not what was answered");
  await Promise.all([privacy.page.waitForURL("**/preuve"), by(privacy.page, "case-consent-proof").filter({ hasText: "Papier" }).first().click()]);
  await by(privacy.page, "proof-paper").evaluate((img) => img.decode());
  const coordinator = await sitDown(desk, here.program.base, "coordination@demo.test", "/bureau");
  assert.equal((await coordinator.page.goto(proof)).status(), 404);
  const partner = await sitDown(desk, here.program.base, "cisss@demo.test", "/partenaires");
  assert.equal((await partner.page.goto(proof)).status(), 404);
  assert.deepEqual([worker.trouble, privacy.trouble], [[], []]);
  await desk.close();
});
