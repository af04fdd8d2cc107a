// Signing in at home, through a real OpenID Connect provider (panva’s oidc-provider) that runs beside the program; in real Chromium.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import Provider from "oidc-provider";

import { closeAll, openDesk, presses, signIn, violations, watch } from "./support/browsers.mjs";
import { by, shot } from "./support/field.mjs";
import { startProgram } from "./support/program.mjs";

const SECRET = "le-secret-du-cisss-pour-les-recits";
/** Who signs in at home there: what they type is who they are, as the provider’s own development pages have it. */
const PEOPLE = {
  "sujet-cisss": { email: "cisss@demo.test", email_verified: true },
  "sujet-inconnu": { email: "personne@demo.test", email_verified: true },
  "sujet-non-confirme": { email: "cisss@demo.test", email_verified: false },
};

let program, folder, home, issuer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "brigade-provider-"));
  await mkdir(join(folder, "secrets"));
  await writeFile(join(folder, "secrets", "cisss"), `${SECRET}\n`);
  // The provider’s port is known first: the program is told that it may ask there.
  home = createServer();
  await new Promise((resolve) => home.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${home.address().port}`;
  Object.assign(process.env, { BRIGADE_PROVIDER_SECRETS: join(folder, "secrets"), BRIGADE_INTERNAL_PROVIDER: new URL(issuer).host });
  program = await startProgram();
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "brigade", client_secret: SECRET, grant_types: ["authorization_code"], response_types: ["code"],
      redirect_uris: [`${program.base}/connexion/organisme/retour`],
    }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    cookies: { keys: ["clé des récits"] },
  });
  home.on("request", provider.callback());
});

after(async () => {
  await closeAll();
  await program?.stop();
  home?.closeAllConnections();
  home?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function fits(page, where) {
  await page.locator("html[data-boot=started]").waitFor({ state: "attached" });
  assert.deepEqual(await violations(page), [], where);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${where} scrolls sideways`);
}

/** Presses the way home, says who one is there, agrees, and comes back. */
async function comeHome(page, subject, next = "") {
  await page.goto(`${program.base}/connexion${next}`);
  await Promise.all([page.waitForURL(`${issuer}/**`), by(page, "home-sign-in").click()]);
  await page.locator("input[name=login]").fill(subject);
  await page.locator("input[name=password]").fill("peu importe");
  await Promise.all([page.waitForNavigation(), page.locator("button[type=submit]").click()]);
  await Promise.all([page.waitForURL(`${program.base}/**`), page.locator("button[type=submit]").click()]);
}

test("l’administration branche le fournisseur d’un organisme, et une personne invitée entre par lui", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const office = await desk.newContext({ viewport: { width: 1440, height: 900 }, locale: "fr-CA" });
  office.setDefaultTimeout(30_000);
  const admin = await office.newPage();
  const trouble = watch(admin);
  await signIn(admin, program.base, "admin@demo.test", "/administration");
  const row = by(admin, "provider").filter({ hasText: "CISSS" }).first();
  await row.locator("summary").click();
  const form = row.getByTestId("provider-form");
  const set = async (address, code) => {
    await form.locator("input[name=issuer]").fill(address);
    await form.locator("input[name=client_id]").fill("brigade");
    await form.locator("input[name=secret_name]").fill("cisss");
    await form.locator("input[name=email_domain]").fill("demo.test");
    await presses(admin, form.locator("button[type=submit]"), code);
    if (!(await row.evaluate((element) => element.open))) await row.locator("summary").click();
  };
  await fits(admin, "les connexions des organismes");
  await row.scrollIntoViewIfNeeded();
  await shot(admin, "provider-form");
  await set("https://169.254.169.254/", "issuer_not_allowed");
  await set(issuer, "provider_set");

  const context = await desk.newContext({ viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true, locale: "fr-CA" });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  trouble.push(...watch(page));
  await page.goto(`${program.base}/connexion`);
  await fits(page, "la connexion");
  await shot(page, "sign-in-home");
  await comeHome(page, "sujet-cisss", "?next=/partenaires");
  // Bound for the first time: told before anything else.
  assert.equal(new URL(page.url()).pathname, "/compte");
  assert.match(await page.locator("main").innerText(), /lié aujourd’hui à la connexion de votre organisme/);
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "J’ai lu" }).click()]);
  await page.goto(`${program.base}/partenaires`);
  assert.equal(new URL(page.url()).pathname, "/partenaires");
  // Signing out is ours alone; coming again needs no word at home, and leads where the person was going.
  await page.locator("details.account summary").click();
  await Promise.all([page.waitForURL("**/connexion"), by(page, "sign-out").click()]);
  await page.goto(`${program.base}/connexion?next=/partenaires`);
  await Promise.all([page.waitForURL("**/partenaires"), by(page, "home-sign-in").click()]);
  assert.deepEqual(trouble, []);
  await desk.close();
});

test("qui n’est pas invité, ou n’a pas de courriel confirmé, n’entre pas et sait pourquoi", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  for (const [subject, code] of [["sujet-inconnu", "provider_account_unknown"], ["sujet-non-confirme", "provider_email_unverified"]]) {
    const context = await desk.newContext({ viewport: { width: 1440, height: 900 }, locale: "fr-CA" });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    await comeHome(page, subject);
    assert.equal(new URL(page.url()).pathname, "/connexion");
    assert.equal(await by(page, "flash").getAttribute("data-code"), code);
    assert.equal((await context.request.get(`${program.base}/api/v1/session`)).status(), 401);
    await shot(page, `sign-in-${code}`);
    await context.close();
  }
  await desk.close();
});
