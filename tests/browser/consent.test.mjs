// What concerns people, shared under their consent: recorded, used by a referral, taken back while the service reads. In real Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";

import { closeAll, openDesk, presses, says, sitDown, violations } from "./support/browsers.mjs";
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
