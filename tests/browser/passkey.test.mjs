// A passkey beside the PIN, in real Chromium with a virtual authenticator: added, opening without a network, refused, removed, and never outliving the PIN.
import assert from "node:assert/strict";
import { createDecipheriv, hkdfSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { choosePin, closeAll, openPhone, PIN, signIn, typePin, unlock, violations } from "./support/browsers.mjs";
import { changeVault, readable, vaultRows } from "./support/disk.mjs";
import { by, openSection, shot } from "./support/field.mjs";
import { startProgram } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
const INSPECTOR = "inspection@demo.test";

let program;
/** The same program under a name: passkeys do not exist at an address of numbers. */
let named;
const profiles = [];

before(async () => {
  program = await startProgram();
  named = `http://localhost:${program.port}`;
});

after(async () => {
  await closeAll();
  await program?.stop();
  for (const profile of profiles) await rm(profile, { recursive: true, force: true });
});

/** A phone whose own lock recognises people; what it is asked, and what it answers, is heard. */
async function newPhone({ hasPrf = true, hasAuthenticator = true, answersAtCreation = true } = {}) {
  const profile = await mkdtemp(join(tmpdir(), "brigade-passkey-"));
  profiles.push(profile);
  const phone = await openPhone(profile);
  const { page } = phone;
  const cdp = await phone.context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  if (hasAuthenticator) {
    const options = {
      protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, hasPrf, automaticPresenceSimulation: true,
    };
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
    // Blocks the authenticator for good, as too many wrong fingers do.
    phone.blocks = () => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    phone.recognises = (yes) => cdp.send("WebAuthn.setResponseOverrideBits", { authenticatorId, isBadUV: !yes });
    phone.answersAtOnce = (enabled) => cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
    phone.credentials = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  }
  await page.addInitScript((answersAtCreation) => {
    globalThis.heard = { asked: [], answers: [], looked: 0 };
    for (const verb of ["create", "get"]) {
      const real = CredentialsContainer.prototype[verb];
      CredentialsContainer.prototype[verb] = async function (options) {
        const { publicKey } = options;
        globalThis.heard.asked.push({
          verb, userVerification: publicKey.userVerification ?? publicKey.authenticatorSelection.userVerification, name: publicKey.user?.name, shown: publicKey.user?.displayName,
          challenge: [...publicKey.challenge], rp: publicKey.rp?.id ?? publicKey.rpId ?? null,
        });
        const credential = await real.call(this, options);
        // As many authenticators do: they answer for a salt only when asked again.
        if (verb === "create" && !answersAtCreation) credential.getClientExtensionResults = () => ({ prf: { enabled: true } });
        const { first } = credential.getClientExtensionResults().prf?.results ?? {};
        // Copied before the app wipes it.
        if (first) globalThis.heard.answers.push([...new Uint8Array(first)]);
        return credential;
      };
    }
    const real = globalThis.PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable;
    globalThis.PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable = async function () {
      const available = await real.call(this);
      globalThis.heard.looked += 1;
      return available;
    };
  }, answersAtCreation);
  // What is written stays unsent.
  await page.route("**/api/v1/sync/push", (route) => route.abort());
  return phone;
}

async function arrive(phone, email = INSPECTOR, pin = PIN, base = named) {
  await signIn(phone.page, base, email, "/terrain");
  await choosePin(phone.page, pin);
  await by(phone.page, "round-card").first().waitFor();
}

const offer = (page) => by(page, "passkey-offer");
const heard = (page) => page.evaluate(() => globalThis.heard);

async function addFromOffer(page) {
  await offer(page).getByTestId("passkey-add").click();
  await offer(page).getByTestId("passkey-said").filter({ hasText: "C’est fait" }).waitFor();
  await by(page, "passkey-later").click();
  await offer(page).waitFor({ state: "detached" });
}

async function openMenu(page) {
  const menu = by(page, "account-menu");
  if (!(await menu.evaluate((element) => element.open))) await menu.locator("summary").click();
  return menu;
}

async function lock(page) {
  await (await openMenu(page)).getByTestId("lock").click();
  await by(page, "lock-screen").waitFor();
}

async function openWithPasskey(page) {
  await by(page, "passkey-unlock").click();
  await by(page, "lock-screen").waitFor({ state: "detached" });
  await by(page, "round-card").first().waitFor();
}

/** Where the pad ends, in pixels from the top of the page. */
function lastKeyAt(page) {
  return by(page, "pin-submit").evaluate((key) => key.getBoundingClientRect().bottom + scrollY);
}

/** Presses the button, and waits for what it comes to say. */
async function refused(page, words) {
  await by(page, "passkey-unlock").click();
  await by(page, "lock-screen").getByTestId("passkey-said").filter({ hasText: words }).waitFor();
  assert.ok(await by(page, "passkey-unlock").isEnabled(), "it may be tried again");
}

async function openDoor(page) {
  await by(page, "round-card").filter({ hasText: ADDRESS }).click();
  const start = by(page, "start-visit");
  await start.or(by(page, "door-101")).first().waitFor();
  if (await start.count()) await start.click();
  await by(page, "door-101").click();
  await by(page, "place-title").waitFor();
}

async function writeNote(page, text) {
  await openDoor(page);
  if (!(await by(page, "outcome-visited").getAttribute("aria-pressed"))?.includes("true")) await by(page, "outcome-visited").click();
  await openSection(page, "PLO");
  await by(page, "answer-PLO-03-2").click();
  await by(page, "kept-PLO-03").waitFor();
  await by(page, "note-PLO-03").fill(text);
  await by(page, "note-PLO-03").blur();
  await by(page, "note-kept-PLO-03").waitFor();
  await page.goBack();
  await page.goBack();
  await by(page, "round-card").first().waitFor();
}

async function readNote(page) {
  await openDoor(page);
  await openSection(page, "PLO");
  const text = await by(page, "note-PLO-03").inputValue();
  await page.goBack();
  await page.goBack();
  await by(page, "round-card").first().waitFor();
  return text;
}

/** Every spelling under which these bytes could lie on a disk. */
function spellings(bytes) {
  const buffer = Buffer.from(bytes);
  return [bytes, bytes.join(","), buffer.toString("hex"), buffer.toString("base64").replace(/=+$/, ""), buffer.toString("base64url")];
}

test("ajoutée après le NIP, une empreinte ouvre sans réseau, et rien n’en est lisible sur le disque", { timeout: 240_000 }, async (story) => {
  const OWN = "Rideau mouillé contre la fenêtre nord.";
  const phone = await newPhone();
  const { page } = phone;

  await story.test("proposée une fois, jamais imposée ; ajoutée sans réseau, sans rien qui dise qui", async () => {
    await arrive(phone);
    await offer(page).waitFor();
    await shot(page, "passkey-offer");
    assert.deepEqual(await violations(page), []);
    await phone.context.setOffline(true);
    await offer(page).getByTestId("passkey-add").click();
    await offer(page).getByTestId("passkey-said").filter({ hasText: "C’est fait" }).waitFor();
    await shot(page, "passkey-added");
    const { asked, answers } = await heard(page);
    assert.deepEqual(asked.map(({ challenge, ...rest }) => rest), [{ verb: "create", userVerification: "required", name: "Brigade", shown: "Brigade", rp: null }]);
    assert.equal(answers.length, 1);
    assert.equal((await phone.credentials()).length, 1);
    await by(page, "passkey-later").click();
    await offer(page).waitFor({ state: "detached" });
  });

  await story.test("sur le disque, la clé n’est lisible qu’avec ce que l’empreinte répond", async () => {
    const [row] = await vaultRows(page);
    const answer = (await heard(page)).answers[0];
    assert.equal(answer.length, 32);
    // Opened here by another program, as the vault’s documentation says it is made.
    const info = Buffer.from(`brigade\0passkey\0${row.namespace}`);
    const derived = Buffer.from(hkdfSync("sha256", Buffer.from(answer), Buffer.alloc(0), info, 32));
    const sealed = Buffer.from(row.passkey.sealed);
    const cipher = createDecipheriv("aes-256-gcm", derived, sealed.subarray(1, 13)).setAAD(info).setAuthTag(sealed.subarray(-16));
    const dataKey = Buffer.concat([cipher.update(sealed.subarray(13, -16)), cipher.final()]);
    assert.deepEqual([sealed[0], dataKey.length], [1, 32]);
    const secret = [answer, [...derived], [...dataKey]].flatMap(spellings);
    assert.deepEqual((await readable(page, secret)).found, []);
    assert.deepEqual((await readable(page, [row.passkey.salt.join(",")])).found.length, 1, "this test can see what is there");
  });

  await story.test("écran verrouillé : le bouton et le pavé, clair et sombre, français puis anglais", async () => {
    await writeNote(page, OWN);
    await lock(page);
    await shot(page, "passkey-locked");
    for (const words of [/Déverrouiller avec l’empreinte/, /Unlock with fingerprint/]) {
      assert.match(await by(page, "passkey-unlock").textContent(), words);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page), [], colorScheme);
      }
      await by(page, "language").click();
    }
    await page.emulateMedia({ colorScheme: "light" });
    const small = await by(page, "lock-screen").locator("button:visible, a:visible, summary:visible").evaluateAll((elements) =>
      elements.filter((element) => element.getBoundingClientRect().height < 48).map((element) => element.textContent));
    assert.deepEqual(small, []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    assert.ok(await lastKeyAt(page) <= 800, "the last key is seen without scrolling");
  });

  await story.test("pas reconnue : c’est dit, le NIP ouvre toujours, et rien n’est compté", async () => {
    await phone.recognises(false);
    await refused(page, "Non confirmé");
    assert.ok(await lastKeyAt(page) <= 800, "nor does what is said push it out");
    await shot(page, "passkey-refused");
    assert.deepEqual(await violations(page), []);
    assert.equal(await by(page, "pin-said").textContent(), "");
    assert.deepEqual((await vaultRows(page))[0].attempts, { failures: 0, wait_left_ms: 0 });
    await unlock(page);
    await by(page, "round-card").first().waitFor();
    await phone.recognises(true);
  });

  await story.test("reconnue : la note d’avant est là, sans réseau, et encore après un redémarrage", async () => {
    await lock(page);
    await openWithPasskey(page);
    assert.equal(await readNote(page), OWN);
    await page.reload();
    await by(page, "lock-screen").waitFor();
    await openWithPasskey(page);
    assert.equal(await readNote(page), OWN);
    assert.equal(await offer(page).count(), 0, "proposed once");
  });

  await story.test("pendant que le téléphone demande, le pavé reste en usage", async () => {
    await lock(page);
    await phone.answersAtOnce(false);
    await by(page, "passkey-unlock").click();
    await by(page, "lock-screen").getByTestId("passkey-said").filter({ hasText: "Suivez" }).waitFor();
    await unlock(page);
    await by(page, "round-card").first().waitFor();
    await phone.answersAtOnce(true);
    assert.equal(await readNote(page), OWN);
  });

  await story.test("trop de mauvais doigts : le téléphone n’en veut plus, et le NIP ouvre", async () => {
    await phone.blocks();
    await lock(page);
    await refused(page, "Non confirmé");
    assert.deepEqual((await vaultRows(page))[0].attempts, { failures: 0, wait_left_ms: 0 });
    await unlock(page);
    assert.equal(await readNote(page), OWN);
    assert.deepEqual(phone.trouble, []);
  });
  await phone.context.close();
});

test("l’empreinte ne compte ni n’efface un NIP inexact, et ne survit ni au dixième ni à un nouveau NIP", { timeout: 240_000 }, async () => {
  const OWN = "Prise noircie derrière le réfrigérateur.";
  const phone = await newPhone();
  const { page } = phone;
  await arrive(phone);
  await offer(page).waitFor();
  await addFromOffer(page);
  await writeNote(page, OWN);
  const [{ namespace, passkey }] = await vaultRows(page);
  const attempts = async () => (await vaultRows(page))[0].attempts;

  // A long wait: eight wrong PINs, one of them just now.
  await lock(page);
  await typePin(page, "111222");
  await by(page, "pin-said").filter({ hasText: "9" }).waitFor();
  await changeVault(page, namespace, { attempts: { failures: 8, wait_left_ms: 600_000 } });
  await page.reload();
  await by(page, "pin-said").filter({ hasText: "min" }).waitFor();
  await phone.recognises(false);
  await refused(page, "Non confirmé");
  assert.equal((await attempts()).failures, 8);
  assert.ok(await by(page, "key-4").isDisabled());
  await phone.recognises(true);
  await openWithPasskey(page);
  const after = await attempts();
  assert.ok(after.failures === 8 && after.wait_left_ms > 0, JSON.stringify(after));
  await lock(page);
  await by(page, "pin-said").filter({ hasText: "min" }).waitFor();
  assert.ok(await by(page, "key-4").isDisabled(), "the wait is where it was");

  // The tenth, in another tab, while this one still shows the button.
  await changeVault(page, namespace, { attempts: { failures: 8, wait_left_ms: 0 } });
  await page.reload();
  await by(page, "passkey-unlock").waitFor();
  await changeVault(page, namespace, { attempts: { failures: 10, wait_left_ms: 0 } });
  await refused(page, "pas fonctionné");
  await changeVault(page, namespace, { attempts: { failures: 9, wait_left_ms: 0 } });
  await page.reload();
  await by(page, "passkey-unlock").waitFor();
  await typePin(page, "111222");
  await by(page, "pin-exhausted").waitFor();
  assert.equal(await by(page, "passkey-unlock").count(), 0);
  await page.reload();
  await by(page, "pin-exhausted").waitFor();
  assert.equal(await by(page, "passkey-unlock").count(), 0);

  // Said to be forgotten, before the tenth: the screen says what it costs, and the passkey closes with it.
  await changeVault(page, namespace, { attempts: { failures: 2, wait_left_ms: 0 } });
  await page.reload();
  await by(page, "passkey-unlock").waitFor();
  await by(page, "pin-forgotten").locator("summary").click();
  await by(page, "pin-forgotten-cost").filter({ hasText: "servez-vous-en d’abord" }).waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, "passkey-forgotten");
  await Promise.all([page.waitForURL((url) => url.pathname === "/connexion"), by(page, "pin-forgotten-go").click()]);
  await page.goto(`${named}/terrain`);
  await by(page, "lock-screen").waitFor();
  assert.equal(await by(page, "passkey-unlock").count(), 0);
  assert.deepEqual((await vaultRows(page))[0].passkey, passkey, "the PIN, come back to mind, would bring it back");

  // A new PIN: the vault set aside is opened by its own PIN, and by nothing else.
  await signIn(page, named, INSPECTOR, "/terrain");
  await choosePin(page, "730518");
  await by(page, "round-card").first().waitFor();
  await offer(page).waitFor();
  await by(page, "passkey-later").click();
  const rows = await vaultRows(page);
  assert.deepEqual(rows.map((row) => [row.set_aside, row.passkey]), [[false, undefined], [true, undefined]]);
  await lock(page);
  assert.equal(await by(page, "passkey-unlock").count(), 0);
  await by(page, "former-1").click();
  await page.getByText("ancien NIP").first().waitFor();
  assert.equal(await by(page, "passkey-unlock").count(), 0);
  await unlock(page);
  assert.equal(await readNote(page), OWN);
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
});

test("retirée, elle n’ouvre plus, et le NIP reste", { timeout: 120_000 }, async () => {
  const phone = await newPhone({ answersAtCreation: false });
  const { page } = phone;
  await arrive(phone);
  await offer(page).waitFor();
  await by(page, "passkey-later").click();
  await offer(page).waitFor({ state: "detached" });
  const menu = await openMenu(page);
  await menu.getByTestId("passkey-add").click();
  await menu.getByTestId("passkey-remove").waitFor();
  await shot(page, "passkey-menu");
  assert.deepEqual(await violations(page), []);
  assert.ok((await vaultRows(page))[0].passkey);
  const { asked, answers } = await heard(page);
  assert.deepEqual(asked.map(({ verb, userVerification }) => [verb, userVerification]), [["create", "required"], ["get", "required"]]);
  assert.ok(asked.every(({ challenge }) => challenge.length === 32));
  assert.notDeepEqual(asked[0].challenge, asked[1].challenge);
  assert.equal(answers.length, 1);
  await menu.getByTestId("passkey-remove").click();
  await menu.getByTestId("passkey-said").filter({ hasText: "Votre NIP reste" }).waitFor();
  await shot(page, "passkey-removed");
  assert.equal((await vaultRows(page))[0].passkey, undefined);
  await lock(page);
  assert.equal(await by(page, "passkey-unlock").count(), 0);
  await unlock(page);
  // Once more: the authenticator replaces its own, and holds no second one.
  await (await openMenu(page)).getByTestId("passkey-add").click();
  await by(page, "account-menu").getByTestId("passkey-remove").waitFor();
  assert.equal((await phone.credentials()).length, 1);
  await lock(page);
  await openWithPasskey(page);
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
});

test("un téléphone dont l’empreinte ne sait pas chiffrer le dit, et ne garde rien", { timeout: 120_000 }, async () => {
  const phone = await newPhone({ hasPrf: false });
  const { page } = phone;
  await arrive(phone);
  await offer(page).waitFor();
  await offer(page).getByTestId("passkey-add").click();
  await offer(page).getByTestId("passkey-said").filter({ hasText: "Rien n’a été gardé" }).waitFor();
  await by(page, "language").click();
  await offer(page).getByTestId("passkey-said").filter({ hasText: "Nothing was kept" }).waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, "passkey-none");
  assert.equal((await vaultRows(page))[0].passkey, undefined);
  await lock(page);
  assert.equal(await by(page, "passkey-unlock").count(), 0);
  await unlock(page);
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
});

test("deux personnes sur un téléphone : l’empreinte de l’une n’ouvre pas l’espace de l’autre", { timeout: 180_000 }, async () => {
  const OWN = "Vitre fêlée, côté cour.";
  const phone = await newPhone();
  const { page } = phone;
  await arrive(phone);
  await offer(page).waitFor();
  await addFromOffer(page);
  await writeNote(page, OWN);
  await (await openMenu(page)).getByTestId("sign-out").click();
  await Promise.all([page.waitForURL((url) => url.pathname === "/connexion"), by(page, "sign-out-confirm").click()]);
  await arrive(phone, "psychosocial@demo.test", "915364");
  await offer(page).waitFor();
  await by(page, "passkey-later").click();
  await lock(page);
  await page.locator("[data-testid=lock-screen][data-ordinal='2']").waitFor();
  assert.equal(await by(page, "passkey-unlock").count(), 0);

  // Whoever writes on the disk moves the first’s passkey beside the second’s PIN: it answers, and opens nothing.
  const [first, second] = await vaultRows(page);
  await changeVault(page, second.namespace, { passkey: first.passkey });
  await page.reload();
  await page.locator("[data-testid=lock-screen][data-ordinal='2']").waitFor();
  await refused(page, "pas fonctionné");
  assert.equal((await heard(page)).answers.length, 1);
  assert.deepEqual((await vaultRows(page))[1].attempts, second.attempts);

  // The first finds hers, with her own.
  await by(page, "person-1").click();
  await page.locator("[data-testid=lock-screen][data-ordinal='1']").waitFor();
  await openWithPasskey(page);
  assert.equal(await readNote(page), OWN);
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
});

test("là où le téléphone ou l’adresse n’en ont pas, rien n’est proposé", { timeout: 120_000 }, async () => {
  const bare = await newPhone({ hasAuthenticator: false });
  await arrive(bare);
  await bare.page.waitForFunction(() => globalThis.heard.looked > 0);
  await openMenu(bare.page);
  assert.equal(await offer(bare.page).count(), 0);
  assert.equal(await by(bare.page, "passkey-add").count(), 0);
  // An older browser, which knows nothing of them.
  await bare.page.addInitScript(() => delete globalThis.PublicKeyCredential);
  await bare.page.reload();
  await unlock(bare.page);
  await by(bare.page, "round-card").first().waitFor();
  await openMenu(bare.page);
  assert.equal(await bare.page.evaluate(() => typeof PublicKeyCredential), "undefined");
  assert.equal(await by(bare.page, "passkey-add").count(), 0);
  assert.deepEqual(bare.trouble, []);
  await bare.context.close();

  const numbered = await newPhone();
  await arrive(numbered, INSPECTOR, PIN, program.base);
  await openMenu(numbered.page);
  // The phone could: it is not even asked, because of the address.
  assert.deepEqual(await numbered.page.evaluate(async () => [globalThis.heard.looked, await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()]), [0, true]);
  assert.equal(await offer(numbered.page).count(), 0);
  assert.equal(await by(numbered.page, "passkey-add").count(), 0);
  assert.deepEqual(numbered.trouble, []);
  await numbered.context.close();
});
