// The registers of the privacy officer: who read what, and the incidents. In real Chromium, on a phone and on a desk.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

import { closeAll, openDesk, openPhone, presses, signIn, sitDown, violations } from "./support/browsers.mjs";
import { by, enter, openDoor, openSection, shot } from "./support/field.mjs";
import { stage } from "./support/program.mjs";

const here = stage(closeAll);
const ADDRESS = "1250, rue des Exemples";
const DOOR = "101";

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

/** Runs `brigade verify-journal` on the data of the program, while it answers. */
function verify(...options) {
  const binary = process.env.BRIGADE_BIN ?? "target/debug/brigade";
  const database = here.program.folder;
  return new Promise((resolve) => {
    execFile(binary, ["verify-journal", "--data", join(database, "data"), ...options], (error, said) => resolve({ code: error?.code ?? 0, said }));
  });
}

test("la responsable de la vie privée trouve qui a lu le volet psychosocial d’un dossier, et que rien n’a été altéré", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const coordinator = await sitDown(desk, base, "coordination@demo.test", "/bureau");
  const worker = await sitDown(desk, base, "psychosocial@demo.test", "/bureau");
  const found = await worker.page.evaluate(async () => {
    const read = async (path) => (await fetch(path)).json();
    for (const { id, number } of (await read("/api/v1/cases?limit=250")).rows)
      for (const visit of (await read(`/api/v1/cases/${id}`)).visits)
        for (const seen of visit.observations) if (seen.criterion.startsWith("MEN-")) return { id, number };
    return null;
  });
  assert.ok(found, "the demonstration has a confidential answer");
  for (const { page } of [coordinator, worker]) assert.equal((await page.goto(`${base}/bureau/dossiers/${found.id}`)).status(), 200);

  const privacy = await sitDown(desk, base, "vie-privee@demo.test", "/bureau");
  const page = privacy.page;
  await Promise.all([page.waitForURL("**/bureau/vie-privee"), page.getByRole("link", { name: "Vie privée" }).click()]);
  await Promise.all([page.waitForURL("**/bureau/vie-privee/acces"), page.getByRole("link", { name: "Journal des accès" }).click()]);
  const filters = by(page, "access-filters");
  await filters.locator("input[name=case]").fill(found.number);
  await filters.locator("select[name=section]").selectOption("psychosocial");
  await Promise.all([page.waitForURL(`**/acces?*case=${found.number}*`), filters.locator("button[type=submit]").click()]);
  const lines = by(page, "access-line");
  const told = await lines.evaluateAll((rows) => rows.map((row) => `${row.dataset.subject} ${row.dataset.door} ${row.querySelector("strong").textContent}`));
  assert.ok(told.includes("case page Étienne Lavoie"), told.join("\n"));
  assert.ok(told.every((line) => line.endsWith("Étienne Lavoie")), `who did not see that section is not there: ${told.join("\n")}`);
  const journal = new URL(page.url());
  assert.deepEqual([...journal.searchParams.values()].filter((value) => value), [found.number, "psychosocial"], "no name in the address");
  await looksRight(page, "acces-cherche");

  await filters.locator("select[name=section]").selectOption("");
  await Promise.all([page.waitForNavigation(), filters.locator("button[type=submit]").click()]);
  await lines.filter({ hasText: "Marie-Ève Charlebois" }).first().waitFor();
  // Her own searches are in it.
  await lines.and(page.locator("[data-subject=journal]")).first().waitFor();
  await Promise.all([page.waitForNavigation(), by(page, "chain-check").or(by(page, "access-filters").locator("button[type=submit]")).first().click()]);
  const chain = by(page, "chain");
  assert.equal(await chain.getAttribute("data-sound"), "true");
  const head = (await by(page, "chain-head").textContent()).trim();
  await looksRight(page, "acces");

  const whole = await verify("--noted", head);
  assert.equal(whole.code, 0, whole.said);
  assert.match(whole.said, /Aucune ligne n’a été changée/);
  const forged = await verify("--noted", `1:${"0".repeat(64)}`);
  assert.equal(forged.code, 1, "a head that was never one");
  assert.match(forged.said, /Ligne 1.: son sceau n’est pas celui/);
  assert.deepEqual([coordinator.trouble, worker.trouble, privacy.trouble], [[], [], []]);
  await desk.close();
});

test("ce qui a été montré juste avant un kill -9 est dans le journal après", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const inspector = await sitDown(desk, base, "inspection@demo.test", "/bureau");
  const privacy = await sitDown(desk, base, "vie-privee@demo.test", "/bureau/vie-privee/acces");
  const read = async (request, path) => (await request.get(`${base}${path}`)).json();
  const id = (await read(inspector.context.request, "/api/v1/cases")).rows[0].id;
  const before = await read(privacy.context.request, "/api/v1/access-journal");
  for (let times = 0; times < 5; times++) await read(inspector.context.request, `/api/v1/cases/${id}`);
  await here.program.crash();
  const after = await read(privacy.context.request, "/api/v1/access-journal?check=whole");
  const lines = after.rows.filter((row) => row.sequence > before.head.sequence && row.subject === "case" && row.case_id === id);
  assert.equal(lines.length, 5, "the five readings, each once");
  assert.deepEqual([after.report.whole, after.report.faults], [true, []]);
  await desk.close();
});

test("un incident se signale en deux champs, s’inscrit au registre comme le veut le règlement, se corrige sans rien effacer et s’imprime", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const inspector = await sitDown(desk, base, "inspection@demo.test", "/bureau");
  await inspector.page.locator("details.account summary").click();
  await Promise.all([inspector.page.waitForURL("**/bureau/signaler"), by(inspector.page, "report-incident").click()]);
  const report = by(inspector.page, "incident-report");
  await looksRight(inspector.page, "incident-signaler");
  await report.locator("input[name=noticed_on]").fill("2026-11-20");
  await report.locator("textarea[name=words]").fill("Une feuille de tournée oubliée dans un hall.");
  await presses(inspector.page, report.locator("button[type=submit]"), "incident_reported");

  const privacy = await sitDown(desk, base, "vie-privee@demo.test", "/bureau/vie-privee/incidents");
  const page = privacy.page;
  const reported = by(page, "incident").and(page.locator("[data-state=reported]"));
  await reported.filter({ hasText: "Une feuille de tournée" }).waitFor();
  await Promise.all([page.waitForURL("**/incidents/*"), by(reported, "incident-open").click()]);
  const form = by(page, "incident-form");
  const write = async (fields) => {
    for (const [name, text] of Object.entries(fields)) await form.locator(`[name=${name}]:not([type=radio])`).fill(text);
  };
  const submit = async () => {
    await presses(page, form.locator("button[type=submit]"), "incident_written");
  };
  assert.equal(await form.locator("input[name=serious]:checked").count(), 0, "nothing is judged beforehand");
  assert.equal(await form.locator("input[name=aware_from]").inputValue(), "2026-11-20", "who noticed it learned of it");
  await looksRight(page, "incident-inscrire");
  await form.locator("input[value=known]").check();
  await write({
    description: "Adresses et dates de visite", circumstances: "Feuille oubliée dans le hall d’un immeuble, retrouvée une heure plus tard", happened_from: "2026-11-20",
    persons: "14", sensitivity: "Faible : ni nom ni état de logement", consequences: "Curiosité du voisinage", likelihood: "Très faible", measures: "Feuille détruite; rappel à l’équipe",
  });
  await form.locator("input[value=risk]").check();
  await submit();
  assert.equal(await by(page, "incident-awaits").count(), 2, "both notices are awaited");
  await looksRight(page, "incident");
  await form.locator("input[value=no_risk]").check();
  await write({ reason: "Jugement refait avec l’équipe : retrouvée intacte" });
  await submit();
  assert.equal(await by(page, "incident-awaits").count(), 0);
  await by(page, "incident-earlier").locator("summary").click();
  await by(page, "incident-earlier").getByText("Risque de préjudice sérieux").waitFor();

  await page.goto(`${base}/bureau/vie-privee/incidents`);
  await by(page, "incident").and(page.locator("[data-state=no_risk]")).filter({ hasText: "Feuille détruite" }).waitFor();
  await looksRight(page, "incidents");
  await page.emulateMedia({ media: "print" });
  assert.ok(await by(page, "incident").first().isVisible());
  for (const tool of [page.locator(".privacy-ways"), by(page, "incident-open").first()]) assert.equal(await tool.isVisible(), false, "tools stay on the screen");
  await shot(page, "incidents-print");
  assert.deepEqual([inspector.trouble, privacy.trouble], [[], []]);
  await desk.close();
});

test("une personne demande ce qui est détenu\u00a0: l’un prépare et lit, l’autre décide sans lire", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const worker = await sitDown(desk, base, "psychosocial@demo.test", "/bureau");
  const found = await worker.page.evaluate(async () => {
    const read = async (path) => (await fetch(path)).json();
    for (const { id, number } of (await read("/api/v1/cases?limit=250")).rows)
      for (const visit of (await read(`/api/v1/cases/${id}`)).visits)
        for (const seen of visit.observations) if (seen.criterion.startsWith("MEN-") && seen.door) return { number, door: seen.door };
    return null;
  });
  const privacy = await sitDown(desk, base, "vie-privee@demo.test", "/bureau/vie-privee/demandes");
  const page = privacy.page;
  const submit = async (at, form, code) => {
    await presses(at, form.locator("button[type=submit]"), code);
  };
  await by(page, "request-new").locator("summary").click();
  const record = by(page, "request-record");
  await record.locator("select[name=kind]").selectOption("portability");
  await record.locator("input[name=received_on]").fill("2026-11-20");
  await record.locator("input[name=person]").fill("Locataire en titre");
  await record.locator("input[name=case]").fill(found.number);
  await record.locator("input[name=door]").fill(found.door);
  await record.locator("textarea[name=words]").fill("Une copie de tout, pour ma nouvelle intervenante.");
  await looksRight(page, "demande-inscrire");
  await submit(page, record, "request_recorded");
  await by(page, "request-awaits-file").waitFor();
  assert.equal(await by(page, "request-csv").count(), 0, "who decides does not read");
  await looksRight(page, "demande-decider");

  await worker.page.locator("details.account summary").click();
  await Promise.all([worker.page.waitForURL("**/demandes"), worker.page.getByRole("link", { name: "Demandes de personnes" }).click()]);
  const [download] = await Promise.all([worker.page.waitForEvent("download"), by(worker.page, "request-csv").click()]);
  assert.equal(download.suggestedFilename(), "demande-1.csv");
  await looksRight(worker.page, "demande-preparer");
  await submit(worker.page, by(worker.page, "request-assemble"), "request_assembled");
  await page.reload();
  await by(page, "request-answer").locator("input[value=granted]").check();
  await submit(page, by(page, "request-answer"), "request_answered");
  await by(page, "person-request").and(page.locator("[data-state=granted]")).waitFor();
  await page.goto(`${base}/bureau/vie-privee/acces?section=psychosocial`);
  await by(page, "access-line").and(page.locator("[data-subject=person_file][data-door=export]")).waitFor();
  assert.deepEqual([worker.trouble, privacy.trouble], [[], []]);
  await desk.close();
});

test("avant de noter les réponses d’un ménage, le téléphone dit ce qu’il faut dire\u00a0; l’avis s’imprime en français et en anglais", { timeout: 180_000 }, async () => {
  const phone = await openPhone(join(here.folder, "avis"));
  await signIn(phone.page, here.program.base, "psychosocial@demo.test", "/terrain");
  await enter(phone.page);
  await openDoor(phone.page, ADDRESS, DOOR);
  await openSection(phone.page, "MEN");
  await by(by(phone.page, "section-MEN"), "collection-notice").getByText("sans perdre aucun service").waitFor();
  assert.deepEqual(await violations(phone.page), []);
  await shot(phone.page, "avis-terrain");
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();

  const desk = await openDesk();
  const { page, trouble } = await sitDown(desk, here.program.base, "inspection@demo.test", "/bureau/avis-de-collecte");
  await looksRight(page, "avis");
  await page.getByText("Vous ne perdrez aucun service.").waitFor();
  await Promise.all([page.waitForNavigation(), by(page, "language-form").locator("button").click()]);
  await page.getByText("You will lose no service.").waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("header.top-bar").isVisible(), false, "only the notice is printed");
  assert.deepEqual(trouble, []);
  await desk.close();
});

async function stranger(desk) {
  const context = await desk.newContext({ locale: "fr-CA" });
  return { context, page: await context.newPage() };
}

test("aucune page n’appelle qui que ce soit d’autre que ce serveur", { timeout: 180_000 }, async () => {
  const desk = await openDesk();
  const { base } = here.program;
  const visits = [
    ["coordination@demo.test", ["/bureau", "/bureau/tournee", "/bureau/appareils", "/cellule", "/partenaires", "/carte", "/bureau/signaler", "/bureau/avis-de-collecte", "/bureau/a-moi", "/bureau/statistiques", "/repertoire", "/repertoire/ententes", "/compte"]],
    ["vie-privee@demo.test", ["/bureau/vie-privee", "/bureau/vie-privee/acces", "/bureau/vie-privee/incidents", "/bureau/vie-privee/demandes", "/bureau/vie-privee/conservation"]],
    ["psychosocial@demo.test", ["/terrain"]],
    ["admin@demo.test", ["/administration"]],
    ["cisss@demo.test", ["/partenaires"]],
    [null, ["/ressources", "/connexion", "/mot-de-passe-oublie"]],
  ];
  for (const [email, paths] of visits) {
    const { page, context } = email ? await sitDown(desk, base, email, "/") : await stranger(desk);
    const asked = [];
    context.on("request", (request) => asked.push(request.url()));
    const open = async (path) => {
      await page.goto(`${base}${path}`, { waitUntil: "load" });
      if (!["/terrain", "/ressources"].includes(path)) await page.locator("html[data-boot=started]").waitFor({ state: "attached" });
      if (path === "/carte") await page.locator("case-map[data-state=ready]").waitFor();
    };
    for (const path of paths) {
      await open(path);
      if (path === "/bureau") await open(await page.locator("a[href^='/bureau/dossiers/']").first().getAttribute("href"));
      if (path === "/partenaires") await open(await page.locator("a[href^='/partenaires/']").first().getAttribute("href"));
    }
    assert.ok(asked.length > paths.length, "the pages do ask for things");
    const elsewhere = asked.filter((url) => !["data:", "blob:"].some((own) => url.startsWith(own)) && new URL(url).origin !== base);
    assert.deepEqual(elsewhere, [], email);
    await context.close();
  }
  await desk.close();
});
