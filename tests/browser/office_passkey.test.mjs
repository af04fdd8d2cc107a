// Passkeys of an office account, in real Chromium with a virtual authenticator: made in « Mon compte », entering alone, as the second step, renamed, removed.
import assert from "node:assert/strict";
import { test } from "node:test";

import { closeAll, openDesk, signIn, violations, watch } from "./support/browsers.mjs";
import { by, shot } from "./support/field.mjs";
import { PASSWORD, stage } from "./support/program.mjs";

const here = stage(closeAll);
const EMAIL = "coordination@demo.test";

async function submit(page, form) {
  await Promise.all([page.waitForNavigation(), form.locator("button[type=submit]").click()]);
}

async function said(page, code) {
  assert.equal(await by(page, "flash").getAttribute("data-code"), code);
}

async function fits(page, where) {
  await page.locator("html[data-boot=started]").waitFor({ state: "attached" });
  assert.deepEqual(await violations(page), [], where);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${where} scrolls sideways`);
}

async function signOut(page) {
  await page.locator("details.account summary").click();
  await Promise.all([page.waitForURL("**/connexion"), by(page, "sign-out").click()]);
}

/** The form is hidden until the script knows that the browser can. */
async function asks(page) {
  await page.locator("html[data-passkeys=ready]").waitFor({ state: "attached" });
  return by(page, "passkey-form");
}

test("une clé d’accès se crée, ouvre le compte seule ou après le mot de passe, se renomme et se retire", { timeout: 180_000 }, async () => {
  // Passkeys belong to a name: at an address of numbers there are none.
  const named = `http://localhost:${here.program.port}`;
  const desk = await openDesk();
  const context = await desk.newContext({ viewport: { width: 1440, height: 900 }, locale: "fr-CA" });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const trouble = watch(page);
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });

  await page.goto(`${here.program.base}/connexion`);
  await page.locator("html[data-passkeys=ready]").waitFor({ state: "attached" });
  assert.equal(await by(page, "passkey-form").isVisible(), false, "not offered where it cannot be");

  await signIn(page, named, EMAIL, "/compte");
  const section = by(page, "passkeys");
  await section.locator("summary").click();
  await by(page, "begin-passkey").locator("input[name=password]").fill(PASSWORD);
  await submit(page, by(page, "begin-passkey"));
  await said(page, "passkey_begun");
  const create = await asks(page);
  await fits(page, "une clé d’accès à créer");
  await section.scrollIntoViewIfNeeded();
  await shot(page, "passkey-create");
  await create.locator("input[name=name]").fill("Ordinateur du bureau");
  await submit(page, create);
  await said(page, "passkey_added");
  // Its owner hears of it, whoever added it.
  await submit(page, page.locator('form[action="/compte/avis"]'));
  await said(page, "notices_read");
  assert.equal((await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length, 1);
  assert.match(await by(page, "passkey").innerText(), /Ordinateur du bureau/);
  await by(page, "passkey").locator("summary").click();
  await fits(page, "une clé d’accès");
  await shot(page, "passkey-list");

  // Alone: no e-mail, no password, no code.
  await signOut(page);
  await page.goto(`${named}/connexion?next=/carte`);
  const enter = await asks(page);
  await fits(page, "la connexion par clé d’accès");
  await shot(page, "passkey-sign-in");
  await Promise.all([page.waitForURL("**/carte"), enter.locator("button[type=submit]").click()]);

  // Not recognised: said on the page, and nothing is opened.
  await signOut(page);
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  const refused = await asks(page);
  await refused.locator("button[type=submit]").click();
  await page.locator("[data-passkey-failed]").waitFor();
  await shot(page, "passkey-not-recognised");
  assert.equal((await context.request.get(`${named}/api/v1/session`)).status(), 401);
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });

  // After the password, in place of a code.
  const form = by(page, "sign-in-form");
  await form.locator("input[name=email]").fill(EMAIL);
  await form.locator("input[name=password]").fill(PASSWORD);
  await submit(page, form);
  assert.equal(new URL(page.url()).pathname, "/connexion/code");
  const step = await asks(page);
  await fits(page, "la seconde étape par clé d’accès");
  await shot(page, "passkey-step");
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith("/connexion")), step.locator("button[type=submit]").click()]);

  await page.goto(`${named}/compte`);
  await by(page, "passkey").locator("summary").click();
  await by(page, "passkey-rename").locator("input[name=name]").fill("Poste 4");
  await submit(page, by(page, "passkey-rename"));
  await said(page, "passkey_renamed");
  await by(page, "passkey").locator("summary").click();
  await by(page, "passkey-remove").locator("input[name=password]").fill(PASSWORD);
  await submit(page, by(page, "passkey-remove"));
  await said(page, "passkey_removed");
  assert.equal(await by(page, "passkey").count(), 0);
  // What the authenticator still knows opens nothing any more.
  await signOut(page);
  const gone = await asks(page);
  await submit(page, gone);
  await said(page, "passkey_refused");
  assert.deepEqual(trouble, []);
  await desk.close();
});
