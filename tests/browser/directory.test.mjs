// The directory of partners: searched, kept, in sight of whoever refers; agreements and their renewal; the public page of resources. In real Chromium.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { closeAll, openDesk, sitDown, violations } from "./support/browsers.mjs";
import { by, shot } from "./support/field.mjs";
import { stage } from "./support/program.mjs";

const here = stage(closeAll);

const SCREENS = [
  ["téléphone", { width: 360, height: 800 }],
  ["bureau", { width: 1440, height: 900 }],
];

/** On both screens and in both schemes: nothing out of the screen, nothing that axe finds, and a picture to look at. */
async function looksRight(page, name) {
  for (const [screen, viewport] of SCREENS) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["dark", "light"]) {
      // Colours that are still on their way are neither scheme’s.
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      assert.deepEqual(await violations(page), [], `${name}, ${screen}, ${colorScheme}`);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${name} scrolls sideways, ${screen}`);
    }
    await shot(page, `${name}-${screen}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

const found = (page) => by(page, "services-found").getAttribute("data-count").then(Number);

async function search(page, need, place) {
  const form = by(page, "service-search");
  await form.locator("select[name=need]").selectOption(need);
  await form.locator("select[name=place]").selectOption(place);
  await Promise.all([page.waitForNavigation(), form.locator("button[type=submit]").click()]);
}

async function submit(page, form, code) {
  await Promise.all([page.waitForNavigation(), form.locator("button[type=submit]").click()]);
  assert.equal(await by(page, "flash").getAttribute("data-code"), code);
}

test("la brigade cherche un service par besoin et par lieu, et voit qui appeler aujourd’hui", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const worker = await sitDown(desk, here.program.base, "psychosocial@demo.test", "/repertoire");
  const page = worker.page;
  const all = await found(page);
  assert.ok(all >= 12, `${all} services`);
  assert.equal(await page.getByRole("link", { name: "Ajouter un service" }).count(), 0, "who reads does not write");
  await search(page, "food", "saint_hubert");
  assert.deepEqual([await found(page), new URL(page.url()).search], [1, "?need=food&place=saint_hubert"]);
  await search(page, "food", "brossard");
  assert.equal(await found(page), 0);
  await page.getByText("Aucun service connu").waitFor();
  await search(page, "inspection", "longueuil");
  // The pivot person is away: the replacement is who one rings, and it is said until when.
  const contact = by(page, "service-contact");
  await contact.and(page.locator("[data-replaces=true]")).getByText("Olivier Tremblay-Diaz").waitFor();
  await by(page, "service-away").getByText("Sonia Petrescu").waitFor();
  await search(page, "", "");
  const stale = page.locator("[data-freshness=stale]");
  await by(stale, "service-stale").first().waitFor();
  await looksRight(page, "repertoire");
  await Promise.all([page.waitForNavigation(), stale.first().getByRole("link").first().click()]);
  assert.equal(await by(page, "service-verify").count(), 0);
  await looksRight(page, "repertoire-fiche");
  assert.deepEqual(worker.trouble, []);
  await desk.close();
});

test("la coordination ajoute un service, le corrige, dit que tout est exact; il paraît sur la page publique quand elle le publie", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const keeper = await sitDown(desk, base, "coordination@demo.test", "/repertoire/ajouter");
  const page = keeper.page;
  const form = by(page, "service-form");
  await form.locator("select[name=organisation]").selectOption({ label: "Comité logement de l’agglomération (démo)" });
  await form.locator("input[name=name]").fill("Médiation entre voisins");
  await form.locator("textarea[name=summary]").fill("Une rencontre pour s’entendre, sans frais.");
  await form.locator("input[name=needs][value=mediation]").check();
  await form.locator("input[name=areas][value=brossard]").check();
  await form.locator("input[name=hours_MO]").fill("9 h à 12 h, 13h-16h30");
  await form.locator("input[name=telephone]").fill("450 555-0140");
  await form.locator("input[name=pivot_name]").fill("Personne Inventée");
  await looksRight(page, "repertoire-ajouter");
  await submit(page, form, "service_kept");
  const address = new URL(page.url()).pathname;
  await by(page, "service-card").getByText("lundi").waitFor();
  await by(page, "service-stale").getByText("Jamais vérifié").waitFor();
  await submit(page, by(page, "service-verify"), "service_verified");
  await by(page, "service-verified").getByText("Marie-Ève Charlebois").waitFor();

  const public_ = await desk.newContext({ viewport: { width: 360, height: 800 }, javaScriptEnabled: false });
  const street = await public_.newPage();
  await street.goto(`${base}/ressources?need=mediation&place=brossard`);
  const before = await found(street);
  await page.goto(`${base}${address}`);
  await page.locator("summary", { hasText: "Modifier la fiche" }).click();
  await by(page, "service-form").locator("input[name=public]").check();
  await looksRight(page, "repertoire-modifier");
  await submit(page, by(page, "service-form"), "service_kept");
  await street.reload();
  assert.equal(await found(street), before + 1);
  await street.getByText("Médiation entre voisins").waitFor();
  assert.equal(await street.getByText("Personne Inventée").count(), 0, "nobody is named who is not published");
  assert.deepEqual(keeper.trouble, []);
  await desk.close();
});

test("la page de ressources sert tout le monde: sans compte, sans témoin, sans script, dans les deux langues, sur papier", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const context = await desk.newContext({ viewport: { width: 360, height: 800 }, locale: "fr-CA" });
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request));
  await page.goto(`${base}/ressources`);
  // Before any list, the numbers.
  const first = by(page, "numbers-first");
  assert.ok((await first.boundingBox()).y < 400, "911 is on the first screen of a telephone");
  assert.deepEqual(await first.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))), ["tel:911", "tel:811", "tel:211"]);
  await looksRight(page, "ressources");
  await search(page, "tenant_rights", "brossard");
  assert.ok((await found(page)) >= 1);
  await Promise.all([page.waitForNavigation(), by(page, "other-language").click()]);
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en-CA");
  await page.getByText("In danger: 911").waitFor();
  assert.equal(await by(page, "service-search").locator("select[name=need]").inputValue(), "tenant_rights", "what was asked stays");
  await looksRight(page, "ressources-en");
  assert.deepEqual(await context.cookies(), []);
  assert.equal(asked.filter((request) => request.resourceType() === "script").length, 0, "the page runs nothing of ours");
  assert.ok(asked.every((request) => request.url().startsWith(base)), "and asks nobody else");
  await page.emulateMedia({ media: "print" });
  assert.equal(await by(page, "service-search").isVisible(), false);
  assert.equal(await first.isVisible(), true);
  await shot(page, "ressources-papier");
  await context.close();
  await desk.close();
});

test("qui réfère voit la portée du service, la personne pivot et l’entente, et peut continuer", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const coordinator = await sitDown(desk, base, "coordination@demo.test", "/bureau");
  const page = coordinator.page;
  // One agreement is near its end, one is over: said at the desk.
  assert.deepEqual(
    await by(page, "agreement-due").evaluateAll((lines) => lines.map((line) => line.dataset.state).sort()),
    ["lapsed", "to_renew"],
  );
  await looksRight(page, "bureau-ententes");
  const id = await page.evaluate(async () => {
    const rows = (await (await fetch("/api/v1/cases?limit=250&municipality=Brossard")).json()).rows;
    return rows[0].id;
  });
  await page.goto(`${base}/bureau/dossiers/${id}`);
  await page.locator("summary", { hasText: "Créer une référence" }).click();
  const form = by(page, "referral-create");
  const choose = async (body) => {
    const label = await form.locator("select[name=to_organisation] option").filter({ hasText: body }).first().innerText();
    await form.locator("select[name=to_organisation]").selectOption({ label });
    return label;
  };
  await choose("CISSS");
  const card = by(form, "reach-card");
  await by(card, "reach-serves").waitFor();
  await by(card, "service-contact").getByText("Camille Ouellet").waitFor();
  await by(card, "framing").and(page.locator("[data-stands=true]")).waitFor();
  assert.match(await choose("Office d’habitation"), /autre territoire/);
  await by(card, "reach-elsewhere").waitFor();
  await by(card, "framing").and(page.locator("[data-stands=false]")).waitFor();
  await card.scrollIntoViewIfNeeded();
  await looksRight(page, "reference-portee");
  await form.locator("textarea[name=reason]").fill("Recherche d’un logement pour un ménage.");
  await form.locator("input[name=sections][value=owner]").check();
  await Promise.all([page.waitForURL("**/partenaires/*"), by(form, "referral-preview").click()]);
  const before = by(page, "before-sending");
  await by(before, "unframed").getByText("Propriétaire").waitFor();
  await by(before, "reach-elsewhere").waitFor();
  await looksRight(page, "reference-avant-envoi");
  await submit(page, by(page, "referral-act-send"), "referral_sent");
  await page.getByText("sans entente en vigueur").waitFor();
  assert.deepEqual(coordinator.trouble, []);
  await desk.close();
});

test("une entente se renouvelle avec son motif, sans que rien ne s’efface", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const keeper = await sitDown(desk, base, "admin@demo.test", "/administration");
  const page = keeper.page;
  await Promise.all([page.waitForNavigation(), by(page, "agreement-due").and(page.locator("[data-state=lapsed]")).getByRole("link").click()]);
  assert.equal(await by(page, "agreement").getAttribute("data-state"), "lapsed");
  const form = by(page, "agreement-form");
  await form.locator("input[name=until]").fill("2031-12-31");
  await form.locator("textarea[name=reason]").fill("Renouvelée pour cinq ans");
  await looksRight(page, "entente");
  await submit(page, form, "agreement_kept");
  assert.equal(await by(page, "agreement").getAttribute("data-state"), "standing");
  await by(page, "agreement-earlier").locator("summary").click();
  await page.getByText("Renouvelée pour cinq ans").first().waitFor();
  await page.goto(`${base}/repertoire/ententes`);
  assert.equal(await by(page, "agreement").count(), 4);
  await page.locator("summary", { hasText: "Inscrire une entente" }).click();
  await looksRight(page, "ententes");
  const privacy = await sitDown(desk, base, "vie-privee@demo.test", "/repertoire/ententes");
  assert.deepEqual([await by(privacy.page, "agreement").count(), await by(privacy.page, "agreement-form").count()], [4, 0], "read, not written");
  assert.deepEqual([keeper.trouble, privacy.trouble], [[], []]);
  await desk.close();
});

test("un répertoire HSDS 3 se lit en marche: chaque ligne rejetée est dite, et relire n’ajoute rien", { timeout: 120_000 }, async () => {
  const file = join(here.folder, "hsds.json");
  const service = (id, name) => ({ id, name, status: "active", description: "Lits et matelas" });
  const body = { id: "00000000-0000-4000-8000-000000000001", name: "Ailleurs (démo)", description: "Aide" };
  const services = [service("00000000-0000-4000-8000-000000000011", "Matelas"), service("douze", "Sans UUID")];
  await writeFile(file, JSON.stringify({ contents: [{ ...body, services }] }));
  const read = (...options) =>
    new Promise((resolve) => {
      const binary = process.env.BRIGADE_BIN ?? "target/debug/brigade";
      execFile(binary, ["import", "directory", file, "--data", join(here.program.folder, "data"), ...options], (error, said) => resolve({ code: error?.code ?? 0, said }));
    });
  const first = await read("--source", "essai");
  assert.equal(first.code, 1, "a row was rejected");
  assert.match(first.said, /Rejeté, service no\u00a02 «\u00a0Sans UUID\u00a0».*UUID/);
  assert.match(first.said, /Services\u00a0: 1 ajoutés/);
  assert.match((await read("--source", "essai")).said, /Services\u00a0: 0 ajoutés, 0 mis à jour, 1 inchangés/);
  const desk = await openDesk();
  const keeper = await sitDown(desk, here.program.base, "coordination@demo.test", "/repertoire");
  await by(keeper.page, "service-card").filter({ hasText: "Matelas" }).getByText("Lu dans\u00a0: essai").waitFor();
  assert.deepEqual(keeper.trouble, []);
  await desk.close();
});
