// Statistics without names: read, explained, taken away as a file, by those they are for. In real Chromium.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { closeAll, openDesk, sitDown, violations } from "./support/browsers.mjs";
import { by, shot } from "./support/field.mjs";
import { stage } from "./support/program.mjs";

const here = stage(closeAll);

test("des nombres par trimestre et par municipalité, jamais de petit nombre, et un fichier pour tableur", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const coordinator = await sitDown(desk, here.program.base, "coordination@demo.test", "/bureau");
  const page = coordinator.page;
  await page.locator("nav.top-bar__ways").getByText("Plus", { exact: true }).click();
  await Promise.all([page.waitForURL("**/bureau/statistiques"), page.getByRole("link", { name: "Statistiques" }).click()]);
  const territory = (name) => page.locator(`[data-testid=statistics-territory][data-municipality="${name}"]`);
  const indicator = (name, code) => territory(name).locator(`[data-indicator=${code}]`);
  assert.equal(await by(indicator("Longueuil", "cases_opened"), "statistics-total").innerText(), "58");
  assert.equal(await by(indicator("Brossard", "cases_closed"), "statistics-total").innerText(), "moins de 5");
  await indicator("Longueuil", "consent_answers").getByText("Consentement refusé").waitFor();
  // One borough closed four: which ones closed how many is withheld as a whole.
  assert.equal(await indicator("Longueuil", "cases_closed").locator("[data-by=borough]").count(), 0);
  const numbers = (await page.locator("main td").allInnerTexts()).filter((text) => /^\d+$/.test(text)).map(Number);
  assert.ok(numbers.length > 20 && numbers.every((number) => number >= 5), `${numbers}`);
  const words = (await page.locator("main").innerText()).toLowerCase();
  assert.ok(words.includes("dépersonnalis") && !words.includes("anonym"), "they are called what they are");
  await page.locator("summary", { hasText: "Comment ces nombres sont protégés" }).click();
  await page.getByText("zéro compris").waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, "statistics-1440");
  await page.setViewportSize({ width: 360, height: 800 });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await shot(page, "statistics-360");
  await territory("Longueuil").scrollIntoViewIfNeeded();
  await shot(page, "statistics-table-360");
  await page.setViewportSize({ width: 1440, height: 900 });

  const form = by(page, "statistics-quarter");
  const before = await by(page, "statistics-period").innerText();
  await form.locator("select").selectOption({ index: 1 });
  await Promise.all([page.waitForNavigation(), form.locator("button").click()]);
  assert.notEqual(await by(page, "statistics-period").innerText(), before);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Télécharger en CSV" }).click()]);
  assert.match(download.suggestedFilename(), /^statistiques-\d{4}-T[1-4]\.csv$/);
  const file = await readFile(await download.path(), "utf8");
  assert.ok(file.includes("Longueuil") && file.includes("moins de 5 ou retenu"));

  const city = await sitDown(desk, here.program.base, "brossard@demo.test", "/bureau/statistiques");
  await city.page.locator("[data-municipality=Brossard]").waitFor();
  assert.equal(await city.page.locator("[data-municipality]").count(), 1, "a city reads of its territory");
  assert.deepEqual(await violations(city.page), []);
  const health = await sitDown(desk, here.program.base, "cisss@demo.test", "/partenaires");
  assert.equal((await health.page.goto(`${here.program.base}/bureau/statistiques`)).status(), 404);
  assert.deepEqual([coordinator.trouble, city.trouble], [[], []]);
  await desk.close();
});
