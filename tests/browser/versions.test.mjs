// New versions under a visit: of the grid, which the visit moves to and back, and of the app, which waits until nothing is in the hand.
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { choosePin, closeAll, eventually, openPhone, signIn, unlock, violations } from "./support/browsers.mjs";
import { answer, back, by, everythingSent, openSection, shot } from "./support/field.mjs";
import { startProgram } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
const SITE = process.env.BRIGADE_SITE_DIR ?? "target/site";

let folder;
let program;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "brigade-versions-"));
  // The site of the first version, in a folder of its own: the second takes its place there.
  await cp(SITE, join(folder, "site"), { recursive: true });
  process.env.BRIGADE_SITE_DIR = join(folder, "site");
  program = await startProgram();
});

after(async () => {
  await closeAll();
  await program?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function pressed(page, criterion, level, expected = "true") {
  await openSection(page, criterion.split("-")[0]);
  await page.locator(`[data-testid=answer-${criterion}-${level}][aria-pressed=${expected}]`).waitFor();
}

/** A phone comes back to its person's hand: it looks at what the server has. */
async function comesBack(page) {
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
}

async function visitOf(phone) {
  const pull = await (await phone.context.request.get(`${program.base}/api/v1/sync/pull`)).json();
  const sheet = pull.buildings.find((building) => building.address === ADDRESS);
  return { pull, visit: sheet.visit };
}

/** The lines of a criterion in the grid's file. */
function block(text, id) {
  const from = text.indexOf(`      - id: ${id}\n`);
  const rest = text.slice(from + 1);
  const ends = ["\n      - id: ", "\n  - id: "].map((next) => rest.indexOf(next)).filter((at) => at >= 0);
  return text.slice(from, from + 1 + Math.min(...ends) + 1);
}

/** Version 1.1.0: PLO-04 is gone, the words of HUM-03 changed, PLO-03 has no severity 3 or 4 any more, and EXT-99 is new. */
async function nextGrid() {
  let text = await readFile("inspection-grid/grids/v1.yaml", "utf8");
  text = text.replace('version: "1.0.0-draft"', 'version: "1.1.0"').replace(block(text, "PLO-04"), "");
  const worded = block(text, "HUM-03");
  text = text.replace(worded, worded.replace('fr: "', 'fr: "(revu) '));
  const leak = block(text, "PLO-03");
  text = text.replace(leak, leak.split("\n").filter((line) => !/^\s+(3:|4:|danger:)/.test(line)).join("\n"));
  const first = block(text, "EXT-01");
  text = text.replace(first, first + first.replace("EXT-01", "EXT-99"));
  const file = join(folder, "next.yaml");
  await writeFile(file, text);
  return file;
}

test("une nouvelle grille pendant une visite : elle garde la sienne, y passe après un aperçu, et en revient", { timeout: 240_000 }, async (story) => {
  const phone = await openPhone(join(folder, "phone"));
  const { page } = phone;
  await signIn(page, program.base, "inspection@demo.test", "/terrain");
  await choosePin(page);
  await by(page, "round-card").filter({ hasText: ADDRESS }).click();
  await by(page, "start-visit").click();
  await by(page, "door-101").click();
  await by(page, "outcome-visited").click();
  await answer(page, "PLO-03", 3);
  await answer(page, "PLO-04", 2);
  await answer(page, "HUM-03", 2);
  await everythingSent(page);

  await story.test("la version en vigueur s’annonce, sans rien changer", async () => {
    process.env.BRIGADE_GRID = await nextGrid();
    await program.crash();
    await comesBack(page);
    await back(page);
    await by(page, "grid-box").waitFor();
    assert.equal(await by(page, "grid-box").getAttribute("data-back"), "false");
    await shot(page, "grille-nouvelle");
    assert.deepEqual(await violations(page), []);
    await by(page, "door-101").click();
    await pressed(page, "PLO-03", 3);
    await back(page);
  });

  await story.test("l’aperçu dit le sort de chaque réponse, hors ligne", async () => {
    await phone.context.setOffline(true);
    await by(page, "grid-see").click();
    await by(page, "grid-no-longer-fits").waitFor();
    for (const [id, count] of [["grid-no-longer-fits", "1"], ["grid-no-longer-asked", "1"], ["grid-reworded", "1"], ["grid-added", "1"]]) {
      assert.equal(await by(page, id).getAttribute("data-count"), count, id);
    }
    assert.match(await by(page, "grid-no-longer-asked").textContent(), /PLO-04/);
    assert.match(await by(page, "grid-added").textContent(), /EXT-99/);
    await by(page, "grid-no-longer-fits").locator("summary").click();
    await shot(page, "grille-apercu");
    assert.deepEqual(await violations(page), []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    await by(page, "grid-stay").click();
    await by(page, "grid-sheet").locator("h2").waitFor({ state: "hidden" });
    await by(page, "door-101").click();
    await pressed(page, "PLO-03", 3);
    await back(page);
  });

  await story.test("la visite y passe : ce que la grille ne prend plus est mis de côté", async () => {
    await by(page, "grid-see").click();
    await by(page, "grid-go").click();
    await page.locator("[data-testid=grid-box][data-back=true]").waitFor();
    await shot(page, "grille-passee");
    await by(page, "door-101").click();
    await openSection(page, "PLO");
    await by(page, "criterion-PLO-03").waitFor();
    assert.equal(await by(page, "answer-PLO-03-3").count(), 0);
    assert.equal(await by(page, "criterion-PLO-04").count(), 0);
    await pressed(page, "HUM-03", 2);
    await back(page);
    // Taken back at once, and done again.
    await page.locator("[data-testid=undo-strip][data-state=undo]").waitFor();
    await by(page, "undo").click();
    await page.locator("[data-testid=grid-box][data-back=false]").waitFor();
    await by(page, "grid-see").click();
    await by(page, "grid-go").click();
    await page.locator("[data-testid=grid-box][data-back=true]").waitFor();
    await page.locator("a[href$='/exterieur'], [data-testid=place-exterior]").first().click();
    await by(page, "place-title").waitFor();
    await answer(page, "EXT-99", 1);
    await page.reload();
    await unlock(page);
    await pressed(page, "EXT-99", 1);
    await back(page);
  });

  await story.test("et en revient : tout ce qui avait été donné est là", async () => {
    await by(page, "grid-see").click();
    await by(page, "grid-returning").waitFor();
    assert.equal(await by(page, "grid-returning").getAttribute("data-count"), "2");
    await shot(page, "grille-retour");
    await by(page, "grid-go").click();
    await page.locator("[data-testid=grid-box][data-back=false]").waitFor();
    await by(page, "door-101").click();
    await pressed(page, "PLO-03", 3);
    await pressed(page, "PLO-04", 2);
    await phone.context.setOffline(false);
    await everythingSent(page);
    const { pull, visit } = await visitOf(phone);
    assert.notEqual(visit.grid, pull.grid);
    assert.equal(visit.grid_before, pull.grid);
    const told = Object.fromEntries(visit.observations.map((seen) => [seen.criterion, seen.answer.severity]));
    assert.deepEqual([told["PLO-03"], told["PLO-04"], told["HUM-03"]], [3, 2, 2]);
  });
  assert.deepEqual(phone.trouble, []);
  await phone.context.close();
});

test("une nouvelle version de l’application attend que rien ne soit en cours, dit ce qu’elle apporte, et ne recharge jamais sous la main", { timeout: 180_000 }, async () => {
  const phone = await openPhone(join(folder, "updated"));
  const { page } = phone;
  await signIn(page, program.base, "inspection@demo.test", "/terrain");
  await choosePin(page);
  await by(page, "round-card").filter({ hasText: "75, rue de la Légende" }).waitFor();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.evaluate(() => { window.sameDocument = true; });
  // The way to the server is there, and it takes no change: the outbox stays full.
  await page.route("**/api/v1/sync/push", (route) => route.fulfill({ status: 503, contentType: "text/plain", body: "" }));
  await by(page, "round-card").filter({ hasText: "75, rue de la Légende" }).click();
  await by(page, "start-visit").click();
  await by(page, "pace").or(by(page, "finish-visit")).first().waitFor();

  const site = join(folder, "site");
  for (const file of ["sw.js", "assets.json"]) {
    const text = await readFile(join(site, file), "utf8");
    const { build_id: build } = JSON.parse(await readFile(join(SITE, "assets.json"), "utf8"));
    assert.ok(text.includes(build));
    await writeFile(join(site, file), text.replaceAll(build, "0123456789ab"));
  }
  for (const suffix of [".br", ".gz"]) await rm(join(site, `sw.js${suffix}`), { force: true });
  await program.crash();
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  await by(page, "update-ready").waitFor();
  await by(page, "update-waits").waitFor();
  assert.equal(await by(page, "update-install").count(), 0, "not while something waits to be sent");
  await by(page, "update-news").locator("summary").click();
  await by(page, "update-news").locator("li").first().waitFor();
  await shot(page, "mise-a-jour");
  assert.deepEqual(await violations(page), []);
  assert.ok(await page.evaluate(() => window.sameDocument), "nothing was reloaded");

  // Killed now, with the update waiting and the outbox full: the new version takes the older outbox.
  await phone.context.close();
  const again = await openPhone(join(folder, "updated"));
  await again.page.goto(`${program.base}/terrain`);
  await unlock(again.page);
  await everythingSent(again.page);
  const install = by(again.page, "update-install");
  await eventually(again.page, async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return registration.waiting !== null || (await caches.keys()).includes("brigade-0123456789ab");
  });
  if (await again.page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).waiting !== null)) {
    await again.page.evaluate(() => { window.sameDocument = true; });
    await install.click();
    await again.page.waitForFunction(() => window.sameDocument === undefined);
    await unlock(again.page);
  }
  assert.deepEqual(await again.page.evaluate(() => caches.keys()), ["brigade-0123456789ab"]);
  await by(again.page, "round-card").filter({ hasText: "75, rue de la Légende" }).waitFor();
  const pull = await (await again.context.request.get(`${program.base}/api/v1/sync/pull`)).json();
  assert.ok(pull.buildings.find((building) => building.address === "75, rue de la Légende").visit, "the visit of the older version was received");
  assert.deepEqual(again.trouble, []);
});
