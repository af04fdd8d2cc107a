// A referral both ways: looked at before it goes, a question answered, somebody without an account who answers by a link. In real Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";

import { closeAll, openDesk, presses, says, sitDown, violations, watch } from "./support/browsers.mjs";
import { by, comfortable, shot } from "./support/field.mjs";
import { stage } from "./support/program.mjs";

const here = stage(closeAll);
const REASON = "Avertisseurs absents : inspection demandée.";
const QUESTION = "Une visite a-t-elle déjà eu lieu cette année?";
const ANSWER = "Oui, en mars; rien n’a été corrigé depuis.";

/** The first case, and the form that refers it to a service. */
async function referForm(page, base, service) {
  const id = await page.evaluate(async () => (await (await fetch("/api/v1/cases?limit=1")).json()).rows[0].id);
  await page.goto(`${base}/bureau/dossiers/${id}`);
  await page.locator("summary", { hasText: "Créer une référence" }).click();
  const form = by(page, "referral-create");
  const option = await form.locator("select[name=to_organisation] option").filter({ hasText: service }).first().innerText();
  await form.locator("select[name=to_organisation]").selectOption({ label: option });
  await form.locator("textarea[name=reason]").fill(REASON);
  await form.locator("input[name=sections][value=building]").check();
  return form;
}

test("une référence est relue avant de partir, ses questions trouvent réponse, et chacun sait ce que l’autre a lu", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const office = await sitDown(desk, here.program.base, "coordination@demo.test", "/bureau");
  const { page } = office;
  const form = await referForm(page, here.program.base, "Ville de Longueuil");
  await form.locator("textarea[name=questions]").fill(`${QUESTION}\n\n`);
  assert.deepEqual(await violations(page), []);
  await Promise.all([page.waitForURL("**/partenaires/*"), by(form, "referral-preview").click()]);
  await says(page, "referral_drafted");
  assert.equal(await by(page, "referral").getAttribute("data-stage"), "draft");
  await by(page, "message").filter({ hasText: QUESTION }).waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, "referral-draft");
  const address = page.url();

  const city = await sitDown(desk, here.program.base, "longueuil@demo.test", "/partenaires");
  assert.equal((await city.page.goto(address)).status(), 404, "a draft is nobody else’s");
  await presses(page, by(page, "referral-act-send").locator("button[type=submit]"), "referral_sent");
  await by(page, "referral-opened").filter({ hasText: "Personne ne l’a encore ouverte" }).waitFor();

  await city.page.goto(`${here.program.base}/partenaires`);
  const row = by(city.page, "referral-row").filter({ has: city.page.locator(`a[href="${new URL(address).pathname}"]`) });
  await by(row, "referral-questions").waitFor();
  await row.locator("a").first().click();
  const question = by(city.page, "message").filter({ hasText: QUESTION });
  await question.locator("summary").click();
  await by(question, "answer-form").locator("textarea").fill(ANSWER);
  assert.deepEqual(await violations(city.page), []);
  await comfortable(city.page, "the referral");
  await shot(city.page, "referral-question");
  await presses(city.page, by(question, "answer-form").locator("button[type=submit]"), "message_sent");
  assert.equal(await by(city.page, "question-state").first().innerText(), "Réponse donnée");

  await page.reload();
  await by(page, "referral-opened").filter({ hasText: "Ouverte la première fois par" }).waitFor();
  assert.equal(await by(page, "receipt").first().getAttribute("data-read"), "true");
  await by(page, "message").filter({ hasText: ANSWER }).waitFor();
  await shot(page, "referral-answered");

  await presses(city.page, by(city.page, "referral-act-accept").locator("button[type=submit]"), "referral_updated");
  const done = by(city.page, "referral-act-complete");
  await done.locator("textarea[name=text]").fill("Avis d’infraction envoyé.");
  await done.locator("select[name=helped]").selectOption("partly");
  await done.locator("textarea[name=person_words]").fill("Enfin quelqu’un est venu.");
  await presses(city.page, done.locator("button[type=submit]"), "referral_updated");
  await page.reload();
  assert.equal(await by(page, "person-word").getAttribute("data-helped"), "partly");
  assert.ok(!(await page.content()).includes("Enfin quelqu’un est venu"), "their words stay with who heard them");
  await shot(page, "referral-completed");
  assert.deepEqual([office.trouble, city.trouble.filter((line) => !line.includes("404"))], [[], []]);
  await desk.close();
});

test("une personne sans compte répond par un lien et un code donnés séparément, puis le lien est révoqué", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const office = await sitDown(desk, here.program.base, "coordination@demo.test", "/bureau");
  const { page } = office;
  const form = await referForm(page, here.program.base, "Comité logement");
  await Promise.all([page.waitForURL("**/partenaires/*"), by(form, "referral-preview").click()]);
  await presses(page, by(page, "referral-act-send").locator("button[type=submit]"), "referral_sent");
  await by(page, "links").locator("summary").click();
  await by(page, "link-form").locator("input[name=name]").fill("Mme Roy, intervenante");
  await presses(page, by(page, "link-form").locator("button[type=submit]"), "link_made");
  assert.deepEqual(await violations(page), []);
  const address = await by(page, "fresh-link-address").inputValue();
  const code = await by(page, "fresh-link-code").innerText();
  await by(page, "fresh-link").scrollIntoViewIfNeeded();
  await shot(page, "link-made");
  await page.reload();
  assert.equal(await by(page, "fresh-link").count(), 0, "shown once");

  // Another browser, a phone, nobody signed in.
  const context = await desk.newContext({ viewport: { width: 360, height: 800 }, hasTouch: true, locale: "fr-CA" });
  const guest = await context.newPage();
  const trouble = watch(guest);
  await guest.goto(address);
  const ask = by(guest, "guest-code-form");
  await ask.locator("input").fill("0000 0000");
  await presses(guest, ask.locator("button"), "link_code_wrong");
  assert.deepEqual(await violations(guest), []);
  await shot(guest, "guest-code");
  await by(guest, "guest-code-form").locator("input").fill(code);
  await Promise.all([guest.waitForURL("**/lien/reponse"), by(guest, "guest-code-form").locator("button").click()]);
  await guest.getByText(REASON).waitFor();
  await comfortable(guest, "the referral of a guest");
  assert.deepEqual(await violations(guest), []);
  await shot(guest, "guest-referral");
  await by(guest, "message-form").locator("textarea").fill("Nous pouvons passer mardi.");
  await presses(guest, by(guest, "message-form").locator("button"), "message_sent");
  await presses(guest, by(guest, "referral-act-accept").locator("button[type=submit]"), "referral_updated");
  await by(guest, "referral-answered").filter({ hasText: "Mme Roy, intervenante" }).waitFor();

  await page.reload();
  await by(page, "message").filter({ hasText: "Nous pouvons passer mardi." }).waitFor();
  await by(page, "links").locator("summary").click();
  await presses(page, by(page, "link-revoke").locator("button"), "link_revoked");
  await guest.reload();
  await by(guest, "guest-over").waitFor();
  assert.ok(!(await guest.content()).includes(REASON));
  assert.deepEqual(await violations(guest), []);
  await shot(guest, "guest-over");
  assert.equal((await guest.goto(address)).status(), 404);
  assert.deepEqual([office.trouble, trouble.filter((line) => !line.includes("404"))], [[], []]);
  await desk.close();
});
