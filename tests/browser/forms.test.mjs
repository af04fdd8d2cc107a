// Plain forms of the office: what is refused, or meets no network, stays as it was typed. In real Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";

import { closeAll, openDesk, presses, says, signIn, sitDown, violations } from "./support/browsers.mjs";
import { by, shot } from "./support/field.mjs";
import { stage } from "./support/program.mjs";

const here = stage(closeAll);
const WORDS = "Une feuille de tournée oubliée dans un hall, retrouvée le lendemain.";

/** The short form by which anybody reports an incident, filled. */
async function filled(page, base) {
  await page.goto(`${base}/bureau/signaler`);
  await page.locator("html[data-boot=started]").waitFor({ state: "attached" });
  const form = by(page, "incident-report");
  await form.locator("input[name=noticed_on]").fill("2026-11-20");
  await form.locator("textarea[name=words]").fill(WORDS);
  return form;
}

const words = (form) => form.locator("textarea[name=words]").inputValue();

test("ce qui est refusé reste écrit, la raison se dit près du bouton, et la suite part une fois", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const { page, trouble } = await sitDown(desk, base, "inspection@demo.test", "/bureau");
  const form = await filled(page, base);
  await form.locator("input[name=noticed_on]").fill("2099-01-01");
  await presses(page, form.locator("button[type=submit]"), "value_out_of_range");
  assert.equal(await words(form), WORDS, "nothing is typed again");
  assert.equal(await by(page, "flash").getAttribute("role"), "alert");
  for (const viewport of [{ width: 360, height: 800 }, { width: 1440, height: 900 }]) {
    await page.setViewportSize(viewport);
    assert.ok(await by(page, "flash").evaluate((said) => said.nextElementSibling?.matches("button[type=submit]")), "beside the button");
    assert.deepEqual(await violations(page), []);
    await shot(page, `form-refused-${viewport.width}`);
  }
  await form.locator("input[name=noticed_on]").fill("2026-11-20");
  await presses(page, form.locator("button[type=submit]"), "incident_reported");
  assert.equal(await words(form), "", "the next one begins empty");
  assert.deepEqual(trouble, []);
  await desk.close();
});

test("sans réponse, rien n’est perdu, et le même envoi ne compte qu’une fois", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const privacy = await sitDown(desk, base, "vie-privee@demo.test", "/bureau/vie-privee/incidents");
  const { page, context } = await sitDown(desk, base, "inspection@demo.test", "/bureau");
  const form = await filled(page, base);
  const button = form.locator("button[type=submit]");
  const reported = async () => {
    await privacy.page.reload();
    return by(privacy.page, "incident").filter({ hasText: WORDS }).count();
  };
  const before = await reported();

  await context.setOffline(true);
  await presses(page, button, "network");
  assert.equal(await words(form), WORDS);
  await context.setOffline(false);

  // The server does it, and its answer is lost on the way.
  await page.route("**/bureau/vie-privee/incidents", async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });
  await presses(page, button, "network");
  assert.equal(await words(form), WORDS);
  await page.unroute("**/bureau/vie-privee/incidents");
  assert.equal((await reported()) - before, 1, "it had been done");

  // Twice while the first is on its way: one request.
  let sent = 0;
  page.on("request", (request) => {
    if (request.method() === "POST") sent += 1;
  });
  await form.evaluate((form) => {
    form.requestSubmit();
    form.requestSubmit();
  });
  await page.waitForURL("**/bureau/signaler");
  await page.locator("[data-testid=flash][data-code=incident_reported]").waitFor();
  assert.equal(sent, 1);
  assert.equal((await reported()) - before, 1, "the same report is one report");
  await desk.close();
});

test("une session finie n’emporte pas ce qui est écrit; la même personne revient et renvoie, une autre ne le peut pas", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const { page, context } = await sitDown(desk, base, "inspection@demo.test", "/bureau");
  const form = await filled(page, base);
  const button = form.locator("button[type=submit]");
  const other = await context.newPage();
  const leave = async () => {
    await other.goto(`${base}/bureau`);
    await other.locator("details.account summary").click();
    await Promise.all([other.waitForURL("**/connexion"), by(other, "sign-out").click()]);
  };

  await leave();
  await presses(page, button, "sign_in_required");
  assert.equal(await words(form), WORDS);
  await shot(page, "form-signed-out");
  const [apart] = await Promise.all([context.waitForEvent("page"), by(page, "flash").getByRole("link").click()]);
  assert.equal(new URL(apart.url()).pathname, "/connexion");
  await apart.close();

  await signIn(other, base, "psychosocial@demo.test", "/bureau");
  await presses(page, button, "other_account");
  assert.equal(await words(form), WORDS, "not in another’s name");
  await leave();

  await signIn(other, base, "inspection@demo.test", "/bureau");
  await presses(page, button, "incident_reported");
  await says(page, "incident_reported");
  await desk.close();
});
