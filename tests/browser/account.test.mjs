// One's own account: a second factor is made, asked for at sign-in, and a code taken once; sessions, password, and the way back in; a colleague leaves. In real Chromium.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { closeAll, openDesk, openPhone, says, signIn, violations, watch } from "./support/browsers.mjs";
import { by, enter, shot } from "./support/field.mjs";
import { PASSWORD, stage } from "./support/program.mjs";

const here = stage(closeAll);
const PHONE = { viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true, locale: "fr-CA", reducedMotion: "reduce" };
const EMAIL = "cellule@demo.test";

/** What an authenticator app makes of a key, by RFC 6238: written apart from the server's. */
function codeOf(key, step = Math.floor(Date.now() / 30_000)) {
  const bits = [...key].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", secret).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The code of the step after `last`, which is taken early and never the same. */
function nextCode(key, last) {
  const step = Math.max(last + 1, Math.floor(Date.now() / 30_000));
  return [codeOf(key, step), step];
}

async function submit(page, form) {
  await Promise.all([page.waitForNavigation(), form.locator("button[type=submit]").click()]);
}

async function said(page, code) {
  await says(page, code);
}

async function fits(page, where) {
  await page.locator("html[data-boot=started]").waitFor({ state: "attached" });
  assert.deepEqual(await violations(page), [], where);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${where} scrolls sideways`);
}

async function type(page, email, password) {
  const form = by(page, "sign-in-form");
  await form.locator("input[name=email]").fill(email);
  await form.locator("input[name=password]").fill(password);
  await submit(page, form);
}

test("un second facteur se met en place sur un téléphone, se demande à la connexion, et un code ne sert qu’une fois", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const context = await desk.newContext(PHONE);
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const trouble = watch(page);
  const { base } = here.program;
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));

  await signIn(page, base, EMAIL, "/cellule");
  await page.locator("details.account summary").click();
  await Promise.all([page.waitForURL("**/compte"), by(page, "my-account").click()]);
  await fits(page, "mon compte");
  await shot(page, "account");
  const factor = by(page, "second-factor");
  assert.equal(await factor.getAttribute("data-state"), "off");

  // A password can be shown while it is typed, and pasted.
  await factor.locator("summary").click();
  const begin = by(page, "begin-factor");
  const password = begin.locator("input[name=password]");
  await password.fill(PASSWORD);
  assert.equal(await password.getAttribute("type"), "password");
  await begin.getByRole("button", { name: "Afficher" }).click();
  assert.equal(await password.getAttribute("type"), "text");
  await begin.getByRole("button", { name: "Masquer" }).click();
  assert.equal(await password.getAttribute("type"), "password");
  await submit(page, begin);
  await said(page, "factor_begun");

  await by(page, "qr-code").scrollIntoViewIfNeeded();
  await fits(page, "le code QR");
  await shot(page, "account-qr");
  const box = await by(page, "qr-code").boundingBox();
  assert.ok(box.width >= 180 && Math.abs(box.width - box.height) < 1, "large enough to be read, and square");
  const key = (await by(page, "factor-key").innerText()).replaceAll(" ", "");
  assert.ok((await by(page, "factor-address").getAttribute("href")).includes(`secret=${key}&`));
  let [code, step] = nextCode(key, 0);
  await by(page, "confirm-factor").locator("input[name=code]").fill(code);
  await submit(page, by(page, "confirm-factor"));
  await said(page, "factor_confirmed");
  const recovery = await by(page, "recovery-codes").locator("code").allInnerTexts();
  assert.equal(new Set(recovery).size, 10);
  await by(page, "recovery-codes").scrollIntoViewIfNeeded();
  await fits(page, "les codes de secours");
  await shot(page, "account-recovery");
  await page.reload();
  assert.equal(await by(page, "recovery-codes").count(), 0, "shown once");
  assert.equal(await factor.getAttribute("data-state"), "on");
  await shot(page, "account-on");

  // Out, and in again: the password is not enough any more.
  await page.locator("details.account summary").click();
  await Promise.all([page.waitForURL("**/connexion"), by(page, "sign-out").click()]);
  await type(page, EMAIL, PASSWORD);
  assert.equal(new URL(page.url()).pathname, "/connexion/code");
  await fits(page, "la seconde étape");
  await shot(page, "second-step");
  assert.equal((await context.request.get(`${base}/api/v1/session`)).status(), 401, "no session before the second step");
  const form = by(page, "second-step-form");
  // The code that made it was used; it is refused, and the next one is taken.
  await form.locator("input[name=code]").fill(code);
  await submit(page, form);
  await said(page, "wrong_code");
  await shot(page, "second-step-wrong");
  [code, step] = nextCode(key, step);
  await form.locator("input[name=code]").fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await Promise.all([page.waitForURL("**/cellule"), form.locator("button[type=submit]").click()]);

  // A recovery code stands in for the phone once, and says so.
  await page.locator("details.account summary").click();
  await Promise.all([page.waitForURL("**/connexion"), by(page, "sign-out").click()]);
  await type(page, EMAIL, PASSWORD);
  await form.locator("input[name=code]").fill(recovery[0].toLowerCase());
  await Promise.all([page.waitForURL("**/compte"), form.locator("button[type=submit]").click()]);
  await by(page, "account-notice").and(page.locator("[data-kind=recovery_code_used]")).waitFor();
  assert.equal(await by(page, "codes-left").getAttribute("data-count"), "9");
  await fits(page, "un avis");
  await shot(page, "account-notice");
  await submit(page, by(page, "account-notices"));
  assert.equal(await by(page, "account-notices").count(), 0);

  // Taken away with the password and a code.
  await by(page, "second-factor").locator("summary", { hasText: "Retirer" }).click();
  const remove = by(page, "factor-remove");
  await remove.locator("input[name=password]").fill(PASSWORD);
  await remove.locator("input[name=code]").fill(recovery[1]);
  await fits(page, "le retrait");
  await submit(page, remove);
  await said(page, "factor_removed");
  assert.ok(asked.every((url) => url.startsWith(base)), "nobody else was asked for anything");
  assert.deepEqual(trouble, []);
  await desk.close();
});

test("un téléphone de terrain entre avec un code par la même page", { timeout: 120_000 }, async () => {
  const { base, folder } = { base: here.program.base, folder: here.folder };
  const desk = await openDesk();
  const office = await desk.newContext({ baseURL: base });
  const email = "inspection@demo.test";
  const session = await (await office.request.post("/api/v1/session", { data: { email, password: PASSWORD } })).json();
  const send = (path, fields) => office.request.post(path, { form: { csrf: session.csrf, ...fields }, maxRedirects: 0 });
  await send("/compte/second-facteur", { password: PASSWORD });
  const key = (await (await office.request.get("/api/v1/account")).json()).second_factor.secret.key;
  let [code, step] = nextCode(key, 0);
  await send("/compte/second-facteur/confirmation", { code });

  const phone = await openPhone(`${folder}/second-factor`);
  await phone.page.goto(`${base}/connexion?next=/terrain`);
  await type(phone.page, email, PASSWORD);
  [code, step] = nextCode(key, step);
  await by(phone.page, "second-step-form").locator("input[name=code]").fill(code);
  await Promise.all([phone.page.waitForURL("**/terrain"), by(phone.page, "second-step-form").locator("button[type=submit]").click()]);
  await enter(phone.page);
  await by(phone.page, "account-menu").waitFor();
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
  await desk.close();
});

test("une demande d’aide est entendue de l’administration, qui remet un lien", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const lost = await (await desk.newContext(PHONE)).newPage();
  const lostTrouble = watch(lost);
  await lost.goto(`${base}/connexion`);
  await Promise.all([lost.waitForURL("**/mot-de-passe-oublie"), by(lost, "forgotten").click()]);
  await fits(lost, "mot de passe oublié");
  await shot(lost, "recovery");
  await by(lost, "recovery-form").locator("input[name=email]").fill("brossard@demo.test");
  await submit(lost, by(lost, "recovery-form"));
  await said(lost, "recovery_asked");
  await fits(lost, "demande envoyée");

  const context = await desk.newContext(PHONE);
  const page = await context.newPage();
  const trouble = watch(page);
  await signIn(page, base, "admin@demo.test", "/administration");
  const request = by(page, "recovery-request");
  await request.waitFor();
  await fits(page, "administration");
  await shot(page, "recovery-requests");
  await request.locator("input[name=identified]").check();
  await Promise.all([page.waitForNavigation(), by(request, "recovery-link").click()]);
  await said(page, "link_renewed");
  const link = await by(page, "access-link-address").inputValue();
  assert.equal(await by(page, "recovery-request").count(), 0);

  await lost.goto(link);
  await fits(lost, "choisir un mot de passe");
  await shot(lost, "password");
  const form = by(lost, "password-form");
  for (const [password, code] of [["motdepasse123", "password_too_common"], ["la brigade de brossard", "password_holds_name"]]) {
    await form.locator("input[name=password]").fill(password);
    await submit(lost, form);
    await said(lost, code);
  }
  await form.locator("input[name=password]").fill("tuque érable canot lune");
  await submit(lost, form);
  await said(lost, "password_chosen");
  await type(lost, "brossard@demo.test", "tuque érable canot lune");
  await by(lost, "account-notice").and(lost.locator("[data-kind=password_by_link]")).waitFor();
  assert.deepEqual([trouble, lostTrouble], [[], []]);
  await desk.close();
});

test("le départ d’une collègue dit ce qu’elle tient, puis le confie", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const context = await desk.newContext(PHONE);
  const page = await context.newPage();
  const trouble = watch(page);
  await signIn(page, base, "admin@demo.test", "/administration");
  const row = page.locator("[data-testid=account-row][data-email='psychosocial@demo.test']");
  await Promise.all([page.waitForURL("**/depart"), by(row, "account-departure").click()]);
  await fits(page, "le départ");
  await shot(page, "departure");
  assert.ok(Number(await by(page, "holds-cases").getAttribute("data-count")) > 0, "the demonstration gives her cases");
  const form = by(page, "departure-form");
  // Nobody is chosen beforehand, and nothing is handed to nobody.
  assert.equal(await form.locator("select[name=to]").inputValue(), "");
  assert.equal(await form.locator("select[name=to]").evaluate((select) => select.checkValidity()), false);
  await form.locator("select[name=to]").selectOption({ index: 1 });
  if (await form.locator("input[name=phones]").count()) await form.locator("input[value=keep]").check();
  await form.locator("button[type=submit]").scrollIntoViewIfNeeded();
  await shot(page, "departure-form");
  await Promise.all([page.waitForURL("**/administration"), form.locator("button[type=submit]").click()]);
  await said(page, "departed");
  await row.and(page.locator("[data-state=closed]")).waitFor();
  await by(page, "organisations").scrollIntoViewIfNeeded();
  await fits(page, "administration");
  await shot(page, "administration");
  assert.deepEqual(trouble, []);
  await desk.close();
});
