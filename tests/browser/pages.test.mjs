// Every page, for each role that has it, on a phone and on a desk: it answers, starts, says no error, fits its screen and passes axe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { closeAll, openDesk, says, signIn, violations, watch } from "./support/browsers.mjs";
import { PASSWORD, startProgram } from "./support/program.mjs";

const SCREENS = [
  { name: "téléphone, clair", viewport: { width: 360, height: 800 }, colorScheme: "light", hasTouch: true, isMobile: true },
  { name: "téléphone étroit, sombre", viewport: { width: 320, height: 720 }, colorScheme: "dark", hasTouch: true, isMobile: true },
  { name: "bureau, clair", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "bureau, sombre", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
];

const first = async (request, path, pick) => pick(await (await request.get(path)).json());
const PAGES = [
  ["connexion", null, () => "/connexion"],
  ["dossiers", "coordination@demo.test", () => "/bureau"],
  ["dossier", "coordination@demo.test", (request) => first(request, "/api/v1/cases?band=D", (list) => `/bureau/dossiers/${list.rows[0].id}`)],
  ["dossier, volet psychosocial", "psychosocial@demo.test", (request) => first(request, "/api/v1/cases", (list) => `/bureau/dossiers/${list.rows[0].id}`)],
  ["dossier, vu par la ville", "longueuil@demo.test", (request) => first(request, "/api/v1/cases", (list) => `/bureau/dossiers/${list.rows[0].id}`)],
  ["à moi", "coordination@demo.test", () => "/bureau/a-moi"],
  ["tournée", "coordination@demo.test", () => "/bureau/tournee"],
  ["cellule", "cellule@demo.test", () => "/cellule"],
  ["références", "longueuil@demo.test", () => "/partenaires"],
  ["référence", "cisss@demo.test", (request) => first(request, "/api/v1/referrals", (inbox) => `/partenaires/${inbox.received[0].id}`)],
  ["référence refusée, à réorienter", "coordination@demo.test", (request) => first(request, "/api/v1/referrals", (inbox) => `/partenaires/${inbox.sent.find((row) => row.stage === "declined").id}`)],
  ["feuille à remettre", "coordination@demo.test", (request) => first(request, "/api/v1/referrals", (inbox) => `/partenaires/${inbox.sent[0].id}/feuille`)],
  ["conservation", "vie-privee@demo.test", () => "/bureau/vie-privee/conservation"],
  ["incidents", "vie-privee@demo.test", () => "/bureau/vie-privee/incidents"],
  ["appareils", "coordination@demo.test", () => "/bureau/appareils"],
  ["vie privée", "vie-privee@demo.test", () => "/bureau/vie-privee"],
  ["statistiques", "coordination@demo.test", () => "/bureau/statistiques"],
  ["statistiques, vues par la ville", "longueuil@demo.test", () => "/bureau/statistiques"],
  ["répertoire", "coordination@demo.test", () => "/repertoire"],
  ["un service", "coordination@demo.test", (request) => first(request, "/api/v1/directory", (all) => `/repertoire/services/${all.services[0].id}`)],
  ["ajouter un service", "coordination@demo.test", () => "/repertoire/ajouter"],
  ["ententes", "coordination@demo.test", () => "/repertoire/ententes"],
  ["une entente", "coordination@demo.test", (request) => first(request, "/api/v1/agreements", (all) => `/repertoire/ententes/${all.agreements[0].id}`)],
  ["ressources", null, () => "/ressources"],
  ["accès", "vie-privee@demo.test", () => "/bureau/vie-privee/acces"],
  ["demandes", "vie-privee@demo.test", () => "/bureau/vie-privee/demandes"],
  ["carte", "brossard@demo.test", () => "/carte"],
  ["mon compte", "inspection@demo.test", () => "/compte"],
  ["mot de passe oublié", null, () => "/mot-de-passe-oublie"],
  ["départ", "admin@demo.test", (request) => first(request, "/api/v1/administration", (all) => `/administration/comptes/${all.accounts.find((row) => row.role === "inspector").id}/depart`)],
  ["administration", "admin@demo.test", () => "/administration"],
];

let program;
let desk;

before(async () => {
  program = await startProgram();
  desk = await openDesk();
});

after(async () => {
  await closeAll();
  await desk?.close();
  await program?.stop();
});

for (const [name, email, path] of PAGES) {
  test(`${name} : lisible, utilisable et sans erreur sur chaque écran`, { timeout: 120_000 }, async () => {
    for (const { name: screen, ...options } of SCREENS) {
      const context = await desk.newContext({ locale: "fr-CA", baseURL: program.base, reducedMotion: "reduce", ...options });
      const page = await context.newPage();
      const trouble = watch(page);
      if (email) assert.ok((await context.request.post("/api/v1/session", { data: { email, password: PASSWORD } })).ok());
      const response = await page.goto(await path(context.request));
      assert.equal(response.status(), 200, `${name}, ${screen}`);
      // What is open to everybody has no program to start.
      if (name !== "ressources") await page.locator("html[data-boot=started]").waitFor({ state: "attached" });
      if (name === "carte") await page.locator("case-map[data-state=ready]").waitFor();
      assert.deepEqual(await violations(page), [], `${name}, ${screen}`);
      assert.deepEqual(trouble, [], `${name}, ${screen}`);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${name} scrolls sideways, ${screen}`);
      await context.close();
    }
  });
}

test("au téléphone, quatre chemins sont sous le pouce et « Plus » ouvre les autres, sans script", { timeout: 60_000 }, async () => {
  const context = await desk.newContext({ locale: "fr-CA", baseURL: program.base, viewport: { width: 360, height: 800 }, javaScriptEnabled: false });
  const page = await context.newPage();
  assert.ok((await context.request.post("/api/v1/session", { data: { email: "coordination@demo.test", password: PASSWORD } })).ok());
  await page.goto("/bureau");
  const ways = page.locator("nav.top-bar__ways");
  assert.deepEqual((await ways.getByRole("link").allInnerTexts()).slice(0, 5), ["Dossiers", "Cellule", "À moi", "Références"]);
  const place = async (name) => (await ways.getByRole("link", { name, exact: true }).boundingBox()).y;
  const before = await place("Dossiers");
  await ways.getByText("Plus", { exact: true }).click();
  assert.ok((await ways.getByRole("link").count()) > 5);
  assert.equal(await place("Dossiers"), before, "the four stay where the thumb knows them");
  await Promise.all([page.waitForURL("**/repertoire"), ways.getByRole("link", { name: "Répertoire" }).click()]);
  await context.close();
  // Open, on a phone and on a desk: all of them, within the screen.
  for (const viewport of [{ width: 320, height: 720 }, { width: 1280, height: 800 }]) {
    const context = await desk.newContext({ locale: "fr-CA", baseURL: program.base, viewport });
    const page = await context.newPage();
    assert.ok((await context.request.post("/api/v1/session", { data: { email: "coordination@demo.test", password: PASSWORD } })).ok());
    await page.goto("/bureau");
    await page.locator("nav.top-bar__ways").getByText("Plus", { exact: true }).click();
    const links = await page.locator("nav.top-bar__ways").getByRole("link").all();
    assert.equal(links.length, 10);
    for (const link of links) {
      const box = await link.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= viewport.width && box.height >= 44, `${await link.innerText()}: ${JSON.stringify(box)}`);
      assert.ok(await link.evaluate((element) => element.scrollWidth <= element.clientWidth), `${await link.innerText()} is cut`);
    }
    assert.deepEqual(await violations(page), []);
    await context.close();
  }
});

test("une page qui n’existe pas le dit, avec son statut", async () => {
  const context = await desk.newContext({ locale: "fr-CA", baseURL: program.base });
  const page = await context.newPage();
  await context.request.post("/api/v1/session", { data: { email: "coordination@demo.test", password: PASSWORD } });
  for (const address of ["/nulle-part", "/bureau/dossiers/pas-un-identifiant", "/partenaires/00000000-0000-7000-8000-000000000000"]) {
    assert.equal((await page.goto(address)).status(), 404, address);
    assert.deepEqual(await violations(page), [], address);
  }
  await context.close();
});

test("sans script, un partenaire se connecte et répond à une référence", async () => {
  const context = await desk.newContext({ locale: "fr-CA", baseURL: program.base, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/connexion?next=/partenaires");
  const form = page.getByTestId("sign-in-form");
  await form.locator("input[name=email]").fill("longueuil@demo.test");
  await form.locator("input[name=password]").fill(PASSWORD);
  await form.locator("button[type=submit]").click();
  await page.waitForURL("**/partenaires");
  const inbox = await (await context.request.get("/api/v1/referrals")).json();
  const waiting = inbox.received.find((row) => row.stage === "sent");
  await page.goto(`/partenaires/${waiting.id}`);
  await page.getByTestId("referral-act-accept").locator("button[type=submit]").click();
  await page.getByTestId("referral-answered").waitFor();
  const answered = await (await context.request.get(`/api/v1/referrals/${waiting.id}`)).json();
  assert.equal(answered.row.stage, "accepted");
  await context.close();
});

/** A phone of the visit's inspector sends something of it. */
async function hear(visitId) {
  const ask = async (path, body, token) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    return (await fetch(program.base + path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) })).json();
  };
  const { token } = await ask("/api/v1/session", { email: "inspection@demo.test", password: PASSWORD });
  const pulled = await ask("/api/v1/sync/pull", null, token);
  const sheet = pulled.buildings.find(({ visit }) => visit?.id === visitId);
  const event = {
    id: crypto.randomUUID(), visit_id: visitId, building_id: sheet.id, device_sequence: 1, device_at: Date.now(), grid: sheet.visit.grid,
    change: { kind: "noted", place: "exterior", criterion: "EXT-01", text: "Encore à l’arrière." },
  };
  const reply = await ask("/api/v1/sync/push", { protocol: 1, device_id: crypto.randomUUID(), device_now: Date.now(), events: [event] }, token);
  assert.equal(reply.verdicts[0].verdict, "stored");
}

test("une référence refusée se réoriente en un geste : ce qui était demandé y est, et le lien mène à la suite", async () => {
  const context = await desk.newContext({ locale: "fr-CA", baseURL: program.base });
  const page = await context.newPage();
  await signIn(page, program.base, "coordination@demo.test", "/partenaires");
  const inbox = await (await context.request.get("/api/v1/referrals")).json();
  const refused = inbox.sent.find((row) => row.stage === "declined");
  await page.goto(`/partenaires/${refused.id}`);
  await page.locator("summary", { hasText: "Réorienter" }).click();
  const form = page.getByTestId("referral-create");
  const asked = await (await context.request.get(`/api/v1/referrals/${refused.id}`)).json();
  assert.equal(await form.locator("textarea[name=reason]").inputValue(), asked.reason);
  assert.deepEqual(await form.locator("input[name=sections]:checked").evaluateAll((boxes) => boxes.map((box) => box.value)), asked.shared_sections);
  await Promise.all([page.waitForURL(/\/bureau\/dossiers\//), form.getByTestId("referral-send").click()]);
  await says(page, "referral_sent");
  await page.goto(`/partenaires/${refused.id}`);
  assert.equal(await page.getByTestId("referral-create").count(), 0, "once");
  await Promise.all([page.waitForURL((url) => !url.pathname.endsWith(refused.id)), page.getByTestId("redirected-to").locator("a").click()]);
  await page.getByTestId("redirects").waitFor();
  await context.close();
});

test("une équipe qui dépasse sa sortie prévue se voit en tête du tableau, jusqu’à ce qu’elle soit jointe", async () => {
  const context = await desk.newContext({ locale: "fr-CA", baseURL: program.base, viewport: { width: 360, height: 800 } });
  const page = await context.newPage();
  await signIn(page, program.base, "cellule@demo.test", "/cellule");
  const card = page.getByTestId("overdue-visit");
  await page.getByTestId("overdue-notice").getByRole("link").click();
  await card.and(page.locator("[data-to-reach=true]")).waitFor();
  await page.waitForFunction(() => document.querySelector("[data-testid=overdue-visit]").getBoundingClientRect().top < innerHeight);
  await card.locator("input[name=text]").fill("Au téléphone : sortie dans dix minutes.");
  // Its phone is heard of while the dispatcher types: the card says so, and what is typed stays.
  const before = await card.innerText();
  await hear(await card.evaluate((element) => element.getAttribute("aria-labelledby").replace("depassement-", "")));
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await page.waitForFunction((before) => document.querySelector("[data-testid=overdue-visit]").innerText.match(/nouvelles.*/)[0] !== before.match(/nouvelles.*/)[0], before);
  assert.equal(await card.locator("input[name=text]").inputValue(), "Au téléphone : sortie dans dix minutes.");
  await page.getByTestId("overdue-say").click();
  await page.getByTestId("overdue-reached").filter({ hasText: "sortie dans dix minutes" }).waitFor();
  assert.equal(await page.getByTestId("overdue-notice").count(), 0);
  await context.close();
});
