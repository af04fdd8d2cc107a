// The phone's lock, in real Chromium: what lies on disk, wrong PINs, two people, a lost phone, a closed connection, a full disk, and the store of before.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { choosePin, closeAll, eventually, openDesk, openPhone, PIN, signIn, sitDown, typePin, unlock, violations } from "./support/browsers.mjs";
import { readable } from "./support/disk.mjs";
import { answer, by, everythingSent, note, openDoor, openSection, shot } from "./support/field.mjs";
import { picture } from "./support/pictures.mjs";
import { startProgram } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
const NOTE = "Occupant rencontré à la porte, seau sous la fuite.";
const INSPECTOR = "inspection@demo.test";
// How every JPEG that a canvas makes begins.
const JPEG = "\u00ff\u00d8\u00ff\u00e0\u0000\u0010JFIF";

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

async function newPhone(options) {
  const profile = await mkdtemp(join(tmpdir(), "brigade-device-"));
  profiles.push(profile);
  return openPhone(profile, options);
}

/** Signs in on a new phone and chooses a PIN; the round is there. */
async function arrive(phone, email = INSPECTOR, pin = PIN) {
  await signIn(phone.page, program.base, email, "/terrain");
  await choosePin(phone.page, pin);
  await by(phone.page, "round-card").first().waitFor();
}

const openVisit = (page) => openDoor(page, ADDRESS, "101");

async function photograph(page, criterion = "PLO-03", seed = 31) {
  await openSection(page, criterion.split("-")[0]);
  const already = await by(page, `criterion-${criterion}`).getByTestId("photo").count();
  await by(page, `photo-file-${criterion}`).setInputFiles({ name: `${seed}.png`, mimeType: "image/png", buffer: picture(seed) });
  return by(page, `criterion-${criterion}`).getByTestId("photo").nth(already);
}

/** Everything personal that the story puts on the phone. */
async function secrets(phone) {
  const session = await (await phone.context.request.get(`${program.base}/api/v1/session`)).json();
  return [NOTE, "seau sous la fuite", ADDRESS, "rue des Exemples", "Longueuil", session.account.display_name, "\"label\":\"101\"", "dwelling:", "PLO-03", "answered", JPEG];
}

test("sur le disque du téléphone, rien de personnel n’est lisible", { timeout: 180_000 }, async (story) => {
  const phone = await newPhone();
  const { page } = phone;
  // What is written stays unsent: the outbox is looked at too.
  await page.route("**/api/v1/sync/push", (route) => route.abort());

  await story.test("le NIP se choisit deux fois, et les plus faciles sont refusés", async () => {
    await signIn(page, program.base, INSPECTOR, "/terrain");
    await by(page, "choose-screen").waitFor();
    assert.deepEqual(await violations(page), []);
    for (const simple of ["000000", "123456", "121212", "4802"]) {
      await typePin(page, simple);
      await page.waitForFunction(() => document.querySelector("[data-testid=pin-said]").textContent.trim() !== "");
      assert.equal(await by(page, "choose-screen").getAttribute("data-step"), "1", simple);
    }
    await typePin(page, PIN);
    await page.locator("[data-testid=choose-screen][data-step='2']").waitFor();
    await typePin(page, "480218");
    await page.locator("[data-testid=choose-screen][data-step='1']").waitFor();
    await choosePin(page);
    await by(page, "round-card").first().waitFor();
    assert.deepEqual(await violations(page), []);
  });

  await story.test("note, porte, adresse, compte et photo : aucun en clair, ni les clés", async () => {
    await openVisit(page);
    await note(page, NOTE);
    const photo = await photograph(page);
    await photo.getByTestId("photo-thumbnail").waitFor();
    const { rows, found } = await readable(page, await secrets(phone));
    assert.ok(rows > 15, `${rows} rows`);
    assert.deepEqual(found, []);
  });

  await story.test("verrouillé par le menu : 911 d’abord, cibles de 48 px, clair et sombre, français puis anglais", async () => {
    await page.goto(`${program.base}/terrain`);
    await unlock(page);
    await by(page, "account-menu").locator("summary").click();
    await by(page, "lock").click();
    await by(page, "lock-screen").waitFor();
    assert.equal(await by(page, "lock-screen").locator("a[href^='tel:']").first().getAttribute("href"), "tel:911");
    assert.ok(Number((await by(page, "locked-unsent").textContent()).match(/\d+/)[0]) >= 3);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], colorScheme);
    }
    const small = await by(page, "lock-screen").locator("button:visible, a:visible, summary:visible").evaluateAll((elements) =>
      elements.filter((element) => element.getBoundingClientRect().height < 48).map((element) => element.textContent));
    assert.deepEqual(small, []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    assert.match(await page.locator("h1").textContent(), /verrouillé/);
    await by(page, "language").click();
    assert.match(await page.locator("h1").textContent(), /locked/);
    await by(page, "language").click();
    const name = (await secrets(phone))[5];
    assert.ok(!(await page.locator("body").textContent()).includes(name), "the lock screen names nobody");
    await unlock(page);
    await by(page, "round-card").filter({ hasText: ADDRESS }).click();
    await by(page, "door-101").click();
    await openSection(page, "PLO");
    assert.equal(await by(page, "note-PLO-03").inputValue(), NOTE);
    await by(page, "criterion-PLO-03").getByTestId("photo-thumbnail").waitFor();
    // The tab that locked itself still has the hand.
    await page.waitForTimeout(2_000);
    assert.equal(await by(page, "read-only").count(), 0);
  });

  await story.test("dix minutes à l’arrière-plan verrouillent, même si l’horloge recule", async () => {
    await page.evaluate(() => {
      globalThis.elsewhere = "hidden";
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => globalThis.elsewhere });
      document.dispatchEvent(new Event("visibilitychange"));
      const { now } = performance;
      performance.now = () => now.call(performance) + 11 * 60_000;
      const early = Date.now;
      Date.now = () => early() - 86_400_000;
      globalThis.elsewhere = "visible";
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await by(page, "lock-screen").waitFor();
    await page.reload();
    await unlock(page);
  });

  await story.test("le réseau revient : tout part sous le bon nom", async () => {
    await page.unroute("**/api/v1/sync/push");
    await page.goto(`${program.base}/terrain/envois`);
    await unlock(page);
    await by(page, "send-now").click();
    await page.locator("[data-testid=sync-strip][data-pending='0']").waitFor();
    assert.deepEqual(phone.trouble, []);
  });
  await phone.context.close();
});

test("un NIP inexact ralentit, un redémarrage n’y change rien, et le dixième est le dernier", { timeout: 120_000 }, async () => {
  // Of this story alone: the program, and what it has received, are shared by all.
  const OWN = "Chauffage d’appoint dans le corridor.";
  const phone = await newPhone();
  const { page } = phone;
  await page.route("**/api/v1/sync/push", (route) => route.abort());
  await arrive(phone);
  await openVisit(page);
  await note(page, OWN);
  await page.goto(`${program.base}/terrain`);
  await by(page, "lock-screen").waitFor();
  const said = by(page, "pin-said");
  await typePin(page, "111222");
  await said.filter({ hasText: "9" }).waitFor();
  await page.waitForFunction(() => !document.querySelector("[data-testid='key-1']").disabled);
  // As if seven more had been tried: the next wait is long.
  await page.evaluate(() => new Promise((resolve, reject) => {
    const opened = indexedDB.open("brigade");
    opened.onsuccess = () => {
      const store = opened.result.transaction("meta", "readwrite").objectStore("meta");
      const cursor = store.openCursor(IDBKeyRange.bound("vault|", "vault|~"));
      cursor.onsuccess = () => {
        const row = JSON.parse(cursor.result.value);
        if (row.attempts.failures !== 1) return reject(new Error(cursor.result.value));
        row.attempts = { failures: 8, wait_left_ms: 0 };
        cursor.result.update(JSON.stringify(row)).onsuccess = () => { opened.result.close(); resolve(); };
      };
    };
  }));
  await page.reload();
  await by(page, "lock-screen").waitFor();
  await typePin(page, "111222");
  await said.filter({ hasText: "min" }).waitFor();
  // A restart, with the phone's clock a day further: still waiting, even with the right PIN.
  await page.addInitScript(() => {
    const { now } = Date;
    Date.now = () => now() + 86_400_000;
  });
  await page.reload();
  await said.filter({ hasText: "min" }).waitFor();
  assert.ok(await by(page, "key-4").isDisabled());
  assert.ok(await by(page, "pin").evaluate((field) => field.readOnly));
  await page.evaluate(() => new Promise((resolve) => {
    const opened = indexedDB.open("brigade");
    opened.onsuccess = () => {
      const cursor = opened.result.transaction("meta", "readwrite").objectStore("meta").openCursor(IDBKeyRange.bound("vault|", "vault|~"));
      cursor.onsuccess = () => {
        const row = JSON.parse(cursor.result.value);
        row.attempts.wait_left_ms = 0;
        cursor.result.update(JSON.stringify(row)).onsuccess = () => { opened.result.close(); resolve(); };
      };
    };
  }));
  await page.reload();
  await by(page, "lock-screen").waitFor();
  await typePin(page, "111222");
  await by(page, "pin-exhausted").waitFor();
  assert.deepEqual(await violations(page), []);
  // Only the password goes on, with a new PIN; what was sealed stays.
  await Promise.all([page.waitForURL((url) => url.pathname === "/connexion"), by(page, "pin-forgotten-go").click()]);
  await signIn(page, program.base, INSPECTOR, "/terrain");
  await choosePin(page, "730518");
  await by(page, "round-card").first().waitFor();
  const kept = await page.evaluate(() => new Promise((resolve) => {
    const opened = indexedDB.open("brigade");
    opened.onsuccess = () => {
      const keys = opened.result.transaction("outbox").objectStore("outbox").getAllKeys();
      keys.onsuccess = () => { opened.result.close(); resolve(keys.result.length); };
    };
  }));
  assert.ok(kept >= 1, "the sealed outbox of the forgotten PIN is still there");
  assert.equal(await by(page, "sync-strip").getAttribute("data-pending"), "0");
  // The old PIN comes back to mind: its work is found, and leaves.
  await page.unroute("**/api/v1/sync/push");
  await page.goto(`${program.base}/terrain`);
  await by(page, "former-1").click();
  await page.getByText("ancien NIP").first().waitFor();
  await page.waitForFunction(() => !document.querySelector("[data-testid='key-1']").disabled);
  await unlock(page);
  await page.locator("[data-testid=sync-strip][data-state=received][data-pending='0']").waitFor();
  await phone.context.close();
});

test("deux personnes sur un téléphone : l’une ne voit rien de l’autre, et chacune retrouve son travail", { timeout: 180_000 }, async () => {
  // Of this story alone: the program, and what it has received, are shared by all.
  const OWN = "Porte bloquée, la concierge a les clés.";
  const phone = await newPhone();
  const { page } = phone;
  const pushes = [];
  await page.route("**/api/v1/sync/push", (route) => route.abort());
  await arrive(phone);
  await openVisit(page);
  await note(page, OWN);
  await page.goto(`${program.base}/terrain`);
  await unlock(page);
  await by(page, "account-menu").locator("summary").click();
  await by(page, "sign-out").click();
  assert.ok(Number(await by(page, "sign-out-question").getAttribute("data-unsent")) >= 1);
  assert.deepEqual(await violations(page), []);
  await Promise.all([page.waitForURL((url) => url.pathname === "/connexion"), by(page, "sign-out-confirm").click()]);

  await signIn(page, program.base, "psychosocial@demo.test", "/terrain");
  await choosePin(page, "915364");
  await by(page, "round-card").first().waitFor();
  assert.equal(await by(page, "sync-strip").getAttribute("data-pending"), "0");
  const card = by(page, "round-card").filter({ hasText: ADDRESS });
  if (await card.count()) {
    await card.click();
    await by(page, "place-exterior").or(by(page, "start-visit")).first().waitFor();
    assert.ok(!(await page.locator("body").textContent()).includes(OWN));
  }
  const { found } = await readable(page, [OWN, ADDRESS, "PLO-03"]);
  assert.deepEqual(found, []);
  await page.goto(`${program.base}/terrain`);
  await by(page, "lock-screen").waitFor();
  assert.equal(await by(page, "lock-screen").getAttribute("data-ordinal"), "2");

  // The first opens hers with her PIN while the second is signed in: nothing leaves under the wrong name.
  await page.unroute("**/api/v1/sync/push");
  page.on("request", (request) => {
    if (request.url().endsWith("/sync/push")) pushes.push(JSON.parse(request.postData()));
  });
  await by(page, "person-1").click();
  await page.locator("[data-testid=lock-screen][data-ordinal='1']").waitFor();
  await unlock(page);
  await by(page, "other-account").waitFor();
  assert.deepEqual(pushes, []);
  await by(page, "round-card").filter({ hasText: ADDRESS }).click();
  await by(page, "door-101").click();
  await openSection(page, "PLO");
  assert.equal(await by(page, "note-PLO-03").inputValue(), OWN);

  // She signs in again: all of it leaves, in her name.
  await signIn(page, program.base, INSPECTOR, "/terrain");
  const me = (await (await phone.context.request.get(`${program.base}/api/v1/session`)).json()).account.id;
  await unlock(page);
  await page.locator("[data-testid=sync-strip][data-pending='0']").waitFor();
  assert.ok(pushes.length > 0);
  assert.ok(pushes.every((push) => push.account_id === me));
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
});

test("le navigateur ferme la base : la prochaine saisie est gardée, sans recharger", { timeout: 120_000 }, async () => {
  // Of this story alone: the program, and what it has received, are shared by all.
  const OWN = "Moisissure derrière l’armoire du salon.";
  const phone = await newPhone();
  const { page } = phone;
  await page.addInitScript(() => {
    globalThis.connections = [];
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (...asked) {
      const request = open.apply(this, asked);
      request.addEventListener("success", () => globalThis.connections.push(request.result));
      return request;
    };
  });
  await arrive(phone);
  await openVisit(page);
  const closed = await page.evaluate(() => {
    for (const connection of globalThis.connections) connection.close();
    return globalThis.connections.length;
  });
  assert.ok(closed > 0);
  await note(page, OWN);
  await page.reload();
  await unlock(page);
  await openSection(page, "PLO");
  assert.equal(await by(page, "note-PLO-03").inputValue(), OWN);
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
});

test("le disque est plein : la photo est refusée et le dit, la note est gardée", { timeout: 120_000 }, async () => {
  // Of this story alone: the program, and what it has received, are shared by all.
  const OWN = "Plafond gonflé au-dessus du bain.";
  const phone = await newPhone();
  const { page } = phone;
  // Chromium's own quota override does not reach IndexedDB: the store itself is given a limit here.
  await page.addInitScript(() => {
    globalThis.bytesLeft = Infinity;
    const { put, delete: remove } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, key) {
      const size = value.byteLength ?? value.length;
      if (size > globalThis.bytesLeft) throw new DOMException("full", "QuotaExceededError");
      globalThis.bytesLeft -= size;
      return put.call(this, value, key);
    };
    IDBObjectStore.prototype.delete = function (key) {
      if (key === "reserve") globalThis.bytesLeft += 1024 * 1024;
      return remove.call(this, key);
    };
  });
  await arrive(phone);
  await openVisit(page);
  await openSection(page, "PLO");
  const kept = await photograph(page, "PLO-03", 41);
  await kept.getByTestId("photo-thumbnail").waitFor();
  await page.evaluate(() => (globalThis.bytesLeft = 100 * 1024));
  await by(page, "photo-file-PLO-03").setInputFiles({ name: "42.png", mimeType: "image/png", buffer: picture(42) });
  await by(page, "photo-notice").filter({ hasText: "PAS gardée" }).waitFor();
  assert.equal(await by(page, "criterion-PLO-03").getByTestId("photo").count(), 1);
  // Not one byte is left: the reserve is given up for what is typed.
  await page.evaluate(() => (globalThis.bytesLeft = 0));
  await note(page, OWN);
  await page.reload();
  await unlock(page);
  await openSection(page, "PLO");
  assert.equal(await by(page, "note-PLO-03").inputValue(), OWN);
  await phone.context.close();
});

test("un navigateur qui refuse de garder des données le dit, et ne laisse rien noter", { timeout: 60_000 }, async () => {
  const phone = await newPhone();
  await phone.page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
  });
  await signIn(phone.page, program.base, INSPECTOR, "/terrain");
  await by(phone.page, "store-refused").waitFor();
  assert.deepEqual(await violations(phone.page), []);
  await phone.context.close();
});

test("deux onglets d’un téléphone : le second ne fait que lire, puis prend la main ; rien n’est écrit deux fois", { timeout: 120_000 }, async () => {
  const phone = await newPhone();
  const first = phone.page;
  const sent = new Map();
  phone.context.on("request", (request) => {
    if (!request.url().endsWith("/api/v1/sync/push")) return;
    for (const event of JSON.parse(request.postData()).events) {
      assert.ok(!sent.has(event.device_sequence) || sent.get(event.device_sequence) === event.id, `two changes have the number ${event.device_sequence}`);
      sent.set(event.device_sequence, event.id);
    }
  });
  await arrive(phone);
  await openVisit(first);
  await answer(first, "PLO-03", 2);
  const second = await phone.context.newPage();
  await second.goto(first.url());
  await unlock(second);
  await by(second, "read-only").waitFor();
  await openSection(second, "PLO");
  assert.ok(await by(second, "answer-PLO-03-1").isDisabled(), "the second tab only reads");
  assert.equal(await by(second, "answer-PLO-03-2").getAttribute("aria-pressed"), "true", "what the first wrote");
  assert.deepEqual(await violations(second), []);
  await answer(first, "PLO-04", 2);
  // The person asks for it: the hand goes to the other tab, whole.
  await by(second, "take-over").click();
  await by(first, "read-only").waitFor();
  await by(second, "read-only").waitFor({ state: "detached" });
  await answer(second, "PLO-03", 1);
  await first.bringToFront();
  assert.ok(await by(first, "answer-PLO-04-3").isDisabled());
  await everythingSent(second);
  assert.equal(new Set(sent.values()).size, sent.size, "each change has one number");
  assert.deepEqual([...sent.keys()].sort((one, other) => one - other), Array.from(sent, (_, index) => index + 1));
  const pull = await (await phone.context.request.get(`${program.base}/api/v1/sync/pull`)).json();
  const { visit } = pull.buildings.find((building) => building.address === ADDRESS);
  const told = (criterion) => visit.observations.filter((seen) => seen.criterion === criterion).map((seen) => seen.answer.severity);
  assert.deepEqual([told("PLO-03").at(-1), told("PLO-04").at(-1), visit.conflicts ?? []], [1, 2, []]);
  // From one screen to the next, a tab keeps what it wrote itself and reads again what the other one did, with the hand or without.
  const comesBack = async (page, criterion, level) => {
    await page.locator("a.back-link").first().click();
    await by(page, "door-101").click();
    await openSection(page, "PLO");
    await page.locator(`[data-testid=answer-${criterion}-${level}][aria-pressed=true]`).waitFor();
  };
  await comesBack(second, "PLO-03", 1);
  await comesBack(first, "PLO-03", 1);
  await by(first, "take-over").click();
  await by(second, "read-only").waitFor();
  await answer(first, "PLO-04", 3);
  await comesBack(first, "PLO-04", 3);
  await comesBack(second, "PLO-04", 3);
  await phone.context.close();
});

test("le réseau manque avant la seconde moitié du programme : c’est dit, rien n’est perdu, et on continue", { timeout: 120_000 }, async () => {
  // Without a worker, which would have fetched it beside the page.
  const phone = await newPhone({ serviceWorkers: "block" });
  const { page } = phone;
  await page.route(/field_behind/, (route) => route.abort());
  await signIn(page, program.base, INSPECTOR, "/terrain");
  await choosePin(page);
  await by(page, "incomplete").waitFor();
  // Whoever holds the phone can call for help from there, too.
  assert.equal(await by(page, "call-911").getAttribute("href"), "tel:911");
  await shot(page, "incomplete");
  assert.deepEqual(await violations(page), []);
  await by(page, "incomplete-retry").click();
  await page.locator("[data-testid=incomplete-retry]:not([disabled])").waitFor();
  await page.unroute(/field_behind/);
  await by(page, "incomplete-retry").click();
  await by(page, "round-card").first().waitFor();
  // The PIN chosen before the notice is the phone's.
  await page.reload();
  await unlock(page);
  await by(page, "round-card").first().waitFor();
});

test("une application qui n’a pas pu être gardée le dit, ne promet rien, et essaie encore d’elle-même", { timeout: 120_000 }, async () => {
  const phone = await newPhone();
  const { page } = phone;
  await page.addInitScript(() => {
    const register = navigator.serviceWorker.register.bind(navigator.serviceWorker);
    let tries = 0;
    navigator.serviceWorker.register = (...given) => {
      tries += 1;
      return tries === 1 ? Promise.reject(new DOMException("no room", "QuotaExceededError")) : register(...given);
    };
  });
  await arrive(phone);
  await by(page, "app-not-kept").waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, "app-not-kept");
  await // One that no other story of this file visits: it is ready, and nothing more.
  await by(page, "round-card").filter({ hasText: "75, rue de la Légende" }).click();
  await by(page, "start-visit").waitFor();
  assert.equal(await by(page, "ready-offline").count(), 0);
  // The next try, a few seconds later, keeps it.
  await by(page, "ready-offline").waitFor();
  assert.equal(await by(page, "app-not-kept").count(), 0);
  assert.equal(await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.active.state)), "activated");
});

test("un serveur qui ne répond plus derrière son relais n’est pas dit « hors ligne »", { timeout: 120_000 }, async () => {
  const phone = await newPhone();
  const { page } = phone;
  await arrive(phone);
  await everythingSent(page);
  await page.route("**/api/v1/**", (route) => route.fulfill({ status: 503, body: "<html>503</html>", contentType: "text/html" }));
  await openVisit(page);
  // Something to send, whatever other stories did at this door.
  await note(page, "Relais muet.");
  const strip = by(page, "sync-strip");
  await page.locator("[data-testid=sync-strip][data-state=trouble]").waitFor();
  assert.doesNotMatch(await strip.innerText(), /Hors ligne/);
  await page.unroute("**/api/v1/**");
  await everythingSent(page);
});

test("une session expirée pendant le travail hors ligne : c’est dit, rien ne part sans elle, et tout part après la connexion", { timeout: 120_000 }, async () => {
  const phone = await newPhone();
  const { page } = phone;
  await arrive(phone);
  await everythingSent(page);
  await phone.context.setOffline(true);
  await openVisit(page);
  await note(page, "Session expirée au sous-sol.");
  const waiting = Number(await by(page, "sync-strip").getAttribute("data-pending"));
  assert.ok(waiting > 0);
  await phone.context.clearCookies();
  await phone.context.setOffline(false);
  await by(page, "sign-in-again").waitFor();
  await page.locator("[data-testid=sync-strip][data-state=sign_in]").waitFor();
  assert.equal(Number(await by(page, "sync-strip").getAttribute("data-pending")), waiting, "nothing left the phone, nothing was lost");
  // The visit goes on meanwhile.
  await note(page, "Session expirée, et la visite continue.");
  assert.deepEqual(await violations(page), []);
  await shot(page, "sign-in-again");
  await signIn(page, program.base, INSPECTOR, "/terrain");
  await unlock(page);
  await everythingSent(page);
  assert.equal(await by(page, "sign-in-again").count(), 0);
  await openVisit(page);
  await openSection(page, "PLO");
  assert.equal(await by(page, "note-PLO-03").inputValue(), "Session expirée, et la visite continue.");
});

test("un téléphone presque plein le dit avant la visite, et ne promet pas de place qu’il n’a pas", { timeout: 120_000 }, async () => {
  const phone = await newPhone();
  const { page } = phone;
  await page.addInitScript(() => {
    const estimate = StorageManager.prototype.estimate;
    StorageManager.prototype.estimate = async function () {
      const { usage } = await estimate.call(this);
      return { usage, quota: usage + (globalThis.name === "roomy" ? 900 : 150) * 1024 * 1024 };
    };
  });
  await arrive(phone);
  await by(page, "room-short").waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, "room-short");
  // Room was made: the next start says nothing any more.
  await page.evaluate(() => (globalThis.name = "roomy"));
  await page.reload();
  await unlock(page);
  await by(page, "round-card").first().waitFor();
  await page.waitForFunction(() => document.querySelector("[data-testid=room-short]") === null);
});

test("après une seule visite, tout s’ouvre sans rien demander au réseau", { timeout: 120_000 }, async () => {
  let phone = await newPhone();
  await arrive(phone);
  await phone.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await phone.context.close();
  // Nothing may even be tried: what the worker does not answer fails here, and is noted.
  phone = await openPhone(phone.profile, { offline: true });
  const { page } = phone;
  const asked = [];
  phone.context.on("requestfailed", (request) => asked.push(request.url()));
  await page.goto(`${program.base}/terrain`);
  await unlock(page);
  await openVisit(page);
  await page.goBack();
  await by(page, "door-101").waitFor();
  await by(page, "sync-strip").click();
  await by(page, "outbox-screen").waitFor();
  await page.goBack();
  await by(page, "comfort").first().click();
  await by(page, "comfort-sheet").waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual(asked, []);
  assert.deepEqual(phone.trouble, []);
});

test("une fenêtre privée le dit avant qu’un NIP soit choisi, et dit quoi faire", { timeout: 60_000 }, async () => {
  const phone = await newPhone();
  // What a private window of Firefox or Safari answers; Chromium’s own cannot be told from an ordinary one.
  await phone.page.addInitScript(() => {
    StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException("denied", "SecurityError"));
  });
  await signIn(phone.page, program.base, INSPECTOR, "/terrain");
  await by(phone.page, "private-window").waitFor();
  assert.equal(await by(phone.page, "choose-screen").count(), 0);
  assert.deepEqual(await violations(phone.page), []);
  await by(phone.page, "not-private").click();
  await choosePin(phone.page);
  await by(phone.page, "round-card").first().waitFor();
  // Whoever has a vault here was believed once.
  await phone.page.reload();
  await unlock(phone.page);
  await by(phone.page, "round-card").first().waitFor();
  await phone.context.close();
});

test("le travail d’avant le verrou est chiffré au premier NIP, sans rien perdre", { timeout: 120_000 }, async () => {
  const phone = await newPhone();
  const { page } = phone;
  await page.goto(`${program.base}/favicon.svg`);
  assert.ok((await phone.context.request.post(`${program.base}/api/v1/session`, { data: { email: INSPECTOR, password: "brigade-demo" } })).ok());
  // As version 1 wrote it: JSON texts under their own keys, photos as bytes.
  const photo = picture(51, 600, 400);
  const old = await page.evaluate(async ({ address, note, photo }) => {
    const get = async (path) => (await fetch(path)).json();
    const { account } = await get("/api/v1/session");
    let pulled = await get("/api/v1/sync/pull");
    const buildings = [...pulled.buildings];
    while (pulled.buildings.length) {
      pulled = await get(`/api/v1/sync/pull?cursor=${encodeURIComponent(pulled.cursor)}`);
      buildings.push(...pulled.buildings);
    }
    const sheet = buildings.find((building) => building.address === address);
    const grid = await get(`/api/v1/grids/${pulled.grid}`);
    const id = () => crypto.randomUUID().replace(/^(.{14})./, "$17");
    const bytes = Uint8Array.from(atob(photo), (character) => character.charCodeAt(0));
    const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const [visit_id, photo_id] = [id(), id()];
    const place = `dwelling:${sheet.doors[0].dwelling_id}`;
    const at = Date.now() - 3_600_000;
    const changes = [
      ["visit|" + visit_id + "|started", { kind: "visit_started" }],
      [`outcome|${visit_id}|${sheet.doors[0].dwelling_id}`, { kind: "dwelling_outcome", dwelling_id: sheet.doors[0].dwelling_id, outcome: "visited" }],
      [`note|${visit_id}|${place}|PLO-03`, { kind: "noted", place, criterion: "PLO-03", text: note }],
      [`photo|${photo_id}`, { kind: "photo_taken", photo_id, place, criterion: "PLO-03", sha256: hash, bytes: bytes.length, content_type: "image/png" }],
    ];
    const events = changes.map(([subject, change], index) => ({
      subject,
      event: { id: id(), visit_id, building_id: sheet.id, device_sequence: index + 1, device_at: at, grid: pulled.grid, change },
    }));
    const rows = {
      meta: { device_id: id(), sequence: events.length, account, cursor: pulled.cursor, grid: pulled.grid, today: pulled.today, locale: "fr-CA", withdrawn: [] },
      building: Object.fromEntries(buildings.map((building) => [building.id, { ...building, visit: null }])),
      grid: { [pulled.grid]: grid },
      visit: {
        [visit_id]: { id: visit_id, building_id: sheet.id, grid: pulled.grid, started_at: at, started_by: null, finished_at: null, dwellings: { [sheet.doors[0].dwelling_id]: "visited" }, added_doors: [], raised: [] },
      },
      event: Object.fromEntries(events.map(({ event }) => [event.id, event])),
      outbox: Object.fromEntries(events.map(({ subject, event }) => [String(event.device_sequence).padStart(16, "0"), {
        plan: { event_id: event.id, sequence: event.device_sequence, bytes: JSON.stringify(event).length, kind_is_escalation: false, state: "waiting", attempts: 0, next_try_at: 0 },
        building_id: sheet.id, visit_id, device_at: at, subject, code: null, message: null,
      }])),
      answer: { [`${visit_id}|${place}|PLO-03`]: { visit_id, place, criterion: "PLO-03", answer: null, answer_event: null, note, server_photos: 0, conflict: false } },
      photo: {
        [`${visit_id}|${photo_id}`]: { id: photo_id, visit_id, building_id: sheet.id, place, criterion: "PLO-03", sha256: hash, bytes: bytes.length, content_type: "image/png", taken_at: at, as_is: false, removed: false, state: "waiting" },
      },
    };
    const database = await new Promise((resolve, reject) => {
      const opened = indexedDB.open("brigade", 1);
      opened.onupgradeneeded = () => {
        for (const store of ["meta", "building", "grid", "visit", "event", "outbox", "answer", "photo", "photo_blob"]) opened.result.createObjectStore(store);
      };
      opened.onsuccess = () => resolve(opened.result);
      opened.onerror = () => reject(opened.error);
    });
    const transaction = database.transaction([...database.objectStoreNames], "readwrite");
    for (const [store, entries] of Object.entries(rows)) {
      for (const [key, value] of Object.entries(entries)) transaction.objectStore(store).put(JSON.stringify(value), key);
    }
    transaction.objectStore("photo_blob").put(bytes, photo_id);
    transaction.objectStore("photo_blob").put(bytes, `${photo_id}|thumb`);
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
    return { label: sheet.doors[0].label, device_id: rows.meta.device_id };
  }, { address: ADDRESS, note: NOTE, photo: photo.toString("base64") });
  const hidden = [NOTE, ADDRESS, "PLO-03", "dwelling:", "visit_started", "IHDR"];
  assert.deepEqual((await readable(page, hidden)).found, hidden, "the old store is in clear, and this test can see it");

  // Not sent before it was looked at.
  await page.route("**/api/v1/sync/push", (route) => route.abort());
  await page.goto(`${program.base}/terrain`);
  await choosePin(page);
  await by(page, "round-card").filter({ hasText: ADDRESS }).click();
  assert.deepEqual((await readable(page, hidden)).found, []);
  await by(page, `door-${old.label}`).click();
  await openSection(page, "PLO");
  assert.equal(await by(page, "note-PLO-03").inputValue(), NOTE);
  await by(page, "criterion-PLO-03").getByTestId("photo-thumbnail").waitFor();
  assert.equal(await by(page, "sync-strip").getAttribute("data-pending"), "5");
  const pushed = page.waitForRequest((request) => request.url().endsWith("/sync/push"));
  await page.unroute("**/api/v1/sync/push");
  await page.goto(`${program.base}/terrain/envois`);
  await unlock(page);
  await by(page, "send-now").click();
  assert.equal(JSON.parse((await pushed).postData()).device_id, old.device_id);
  await page.locator("[data-testid=sync-strip][data-pending='0'][data-attention='0']").waitFor();
  await phone.context.close();
});

test("un téléphone perdu s’efface à son prochain contact, même verrouillé", { timeout: 120_000 }, async () => {
  // Of this story alone: the program, and what it has received, are shared by all.
  const OWN = "Fenêtre clouée dans la chambre.";
  const phone = await newPhone();
  const { page } = phone;
  // As it names itself: other phones of this account have spoken to the same program.
  let id;
  page.on("request", (request) => (id ??= request.headers()["x-brigade-device"]));
  await page.route("**/api/v1/sync/push", (route) => route.abort());
  await arrive(phone);
  await openVisit(page);
  await note(page, OWN);
  await page.goto(`${program.base}/terrain`);
  await by(page, "lock-screen").waitFor();

  const desk = await openDesk();
  const office = await sitDown(desk, program.base, "coordination@demo.test", "/bureau");
  const { csrf } = await (await office.context.request.get(`${program.base}/api/v1/session`)).json();
  const listed = async () => {
    const register = await (await office.context.request.get(`${program.base}/api/v1/devices`)).json();
    return register.devices.some((row) => row.device_id === id && row.unsent_events > 0);
  };
  while (!(await listed())) await page.waitForResponse((response) => response.url().endsWith("/api/v1/sync/device"));
  // Out of reach while it is given up: its next contact is the one that is looked at.
  await page.goto("about:blank");
  const revoked = await office.context.request.post(`${program.base}/bureau/appareils/${id}/revocation`, {
    form: { csrf, confirmed: "true", reason: "Perdu dans l’autobus" }, headers: { origin: program.base }, maxRedirects: 0,
  });
  assert.equal(revoked.status(), 303);
  await desk.close();

  await page.goto(`${program.base}/terrain`);
  await by(page, "revoked").waitFor();
  assert.deepEqual(await violations(page), []);
  await eventually(page, async () => (await indexedDB.databases()).length === 0 && (await caches.keys()).length === 0);
  await phone.context.close();
});
