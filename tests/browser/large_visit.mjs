// A visit of 60 dwellings by the whole grid, with 200 photos, on a slow phone: what its screens cost. One JSON line per figure; run by `cargo xtask bench`.
// BRIGADE_FIGURE_DOORS and BRIGADE_FIGURE_PHOTOS make it smaller, to try it out.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

import { closeAll, openDesk, openPhone, sitDown } from "./support/browsers.mjs";
import { by, enter, everythingSent, openSection } from "./support/field.mjs";
import { picture } from "./support/pictures.mjs";
import { PASSWORD, startProgram } from "./support/program.mjs";

const DOORS = Number(process.env.BRIGADE_FIGURE_DOORS ?? 60);
const PHOTOS = Number(process.env.BRIGADE_FIGURE_PHOTOS ?? 200);
const STOREYS = 6;
const ADDRESS = "60, rue des Mesures";
const CPU_SLOWDOWN = 4;
const TAPS = 40;
const BATCH = 500;

const line = (name, figures) => console.log(JSON.stringify({ name, ...figures }));
const quantile = (values, share) => Math.round([...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))]);

const program = await startProgram();
const profile = await mkdtemp(join(tmpdir(), "brigade-large-"));

async function token(email) {
  const body = JSON.stringify({ email, password: PASSWORD });
  return (await (await fetch(`${program.base}/api/v1/session`, { method: "POST", headers: { "content-type": "application/json" }, body })).json()).token;
}

async function addBuilding() {
  const desk = await openDesk();
  const { page } = await sitDown(desk, program.base, "coordination@demo.test", "/bureau/tournee");
  const form = by(page, "building-form");
  await page.locator("details:has([data-testid=building-form]) > summary").click();
  await form.locator("[name=address]").fill(ADDRESS);
  await form.locator("[name=dwellings]").fill(String(DOORS));
  await form.locator("[name=storeys]").fill(String(STOREYS));
  await form.locator("[type=submit]").click();
  await page.getByText(ADDRESS).first().waitFor();
  await desk.close();
}

/** An answer to each question asked at a place: one in ten is a problem. */
function answers(grid, place) {
  const scopes = { exterior: ["building"], common: ["common", "dwelling_and_common"] }[place] ?? ["dwelling", "dwelling_and_common"];
  const asked = grid.sections.filter((section) => scopes.includes(section.scope) && !section.confidential).flatMap((section) => section.criteria);
  const found = (criterion, position) => ({ status: "observed", severity: position % 10 === 3 && criterion.anchors["2"] ? 2 : 0 });
  return asked.map((criterion, position) => {
    const judged = criterion.answer === "severity" || criterion.answer === "severite";
    return { kind: "answered", place, criterion: criterion.id, answer: judged ? found(criterion, position) : { status: "to_verify" } };
  });
}

/** The whole visit as a colleague's phone would have sent it. */
async function fillVisit() {
  const headers = { authorization: `Bearer ${await token("inspection@demo.test")}`, "content-type": "application/json" };
  let [cursor, sheet, hash] = ["", undefined, ""];
  while (!sheet) {
    const pull = await (await fetch(`${program.base}/api/v1/sync/pull?cursor=${cursor}`, { headers })).json();
    [sheet, hash, cursor] = [pull.buildings.find((building) => building.address === ADDRESS), pull.grid, pull.cursor];
  }
  const grid = await (await fetch(`${program.base}/api/v1/grids/${hash}`, { headers })).json();
  const [visit, device] = [randomUUID(), randomUUID()];
  const changes = [{ kind: "visit_started" }, ...answers(grid, "exterior"), ...answers(grid, "common")];
  for (const door of sheet.doors) {
    changes.push({ kind: "dwelling_outcome", dwelling_id: door.dwelling_id, outcome: "visited" }, ...answers(grid, `dwelling:${door.dwelling_id}`));
  }
  const events = changes.map((change, position) => ({
    id: randomUUID(), visit_id: visit, building_id: sheet.id, device_sequence: position + 1, device_at: Date.now(), grid: hash, change,
  }));
  const refused = {};
  for (let from = 0; from < events.length; from += BATCH) {
    const body = JSON.stringify({ protocol: 1, device_id: device, device_now: Date.now(), events: events.slice(from, from + BATCH) });
    const reply = await (await fetch(`${program.base}/api/v1/sync/push`, { method: "POST", headers, body })).json();
    for (const verdict of reply.verdicts.filter((verdict) => verdict.verdict !== "stored")) refused[verdict.code] = (refused[verdict.code] ?? 0) + 1;
  }
  if (Object.keys(refused).length) throw new Error(`refused: ${JSON.stringify(refused)}`);
  return { answers: changes.filter((change) => change.kind === "answered").length, doors: sheet.doors };
}

async function takePhotos(page, doors) {
  const perDoor = Math.ceil(PHOTOS / doors.length);
  let taken = 0;
  for (const door of doors) {
    if (taken >= PHOTOS) break;
    await by(page, `door-${door.label}`).click();
    await openSection(page, "PAR");
    const photos = by(page, "criterion-PAR-01").getByTestId("photo");
    const known = await photos.count();
    for (let number = 0; number < perDoor && taken < PHOTOS; number += 1, taken += 1) {
      await by(page, "photo-file-PAR-01").setInputFiles({ name: `${taken}.png`, mimeType: "image/png", buffer: picture(taken, 640, 480) });
      await photos.nth(known + number).waitFor();
    }
    await page.locator("a.back-link").first().click();
    await by(page, "doors").waitFor();
  }
}

/** Runs in the page: from the press until `done()` holds and is painted. */
const timed = (page, press, done) =>
  page.evaluate(
    ([press, done]) =>
      new Promise((resolve) => {
        const holds = new Function(`return ${done}`);
        const started = performance.now();
        const look = () => (holds() ? requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - started))) : setTimeout(look, 0));
        new Function(press)();
        look();
      }),
    [press, done],
  );

try {
  await addBuilding();
  const visit = await fillVisit();
  const phone = await openPhone(profile);
  const { page } = phone;
  await page.goto(`${program.base}/connexion?next=/terrain`);
  await phone.context.request.post(`${program.base}/api/v1/session`, { data: { email: "inspection@demo.test", password: PASSWORD } });
  await page.goto(`${program.base}/terrain`);
  await enter(page);
  const card = by(page, "round-card").filter({ hasText: ADDRESS });
  await card.click();
  await by(page, "doors").waitFor();
  await takePhotos(page, visit.doors);
  await everythingSent(page, 300_000);
  await page.goto(`${program.base}/terrain`);
  await enter(page);
  await card.waitFor();

  const session = await phone.context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  await phone.context.setOffline(true);
  const shape = { doors: visit.doors.length, answers: visit.answers, photos: PHOTOS, cpu_slowdown: CPU_SLOWDOWN };

  // Opens: every door says how far it is.
  const opens = [];
  for (let turn = 0; turn < 5; turn += 1) {
    opens.push(
      await timed(
        page,
        `[...document.querySelectorAll("[data-testid=round-card]")].find((card) => card.textContent.includes(${JSON.stringify(ADDRESS)})).click()`,
        `document.querySelector("[data-testid=doors] .door__state")?.textContent.includes("/")`,
      ),
    );
    await page.locator("a.back-link").first().click();
    await card.waitFor();
  }
  line("large_visit_opens", { p50_ms: quantile(opens, 0.5), max_ms: Math.round(Math.max(...opens)), ...shape });

  await card.click();
  await by(page, "doors").waitFor();
  const switches = [];
  for (const door of visit.doors.slice(0, 12)) {
    switches.push(
      await timed(page, `document.querySelector('[data-testid="door-${door.label}"]').click()`, `document.querySelector("[data-testid=place-title]")?.textContent.includes("${door.label}") && document.querySelector("[data-testid=section-PAR]")`),
    );
    switches.push(await timed(page, `document.querySelector("a.back-link").click()`, `document.querySelector("[data-testid=doors]")`));
  }
  line("large_visit_switches_dwelling", { p50_ms: quantile(switches, 0.5), p95_ms: quantile(switches, 0.95), ...shape });

  await by(page, `door-${visit.doors[0].label}`).click();
  await openSection(page, "PAR");
  const taps = [];
  for (let turn = 0; turn < TAPS; turn += 1) {
    const level = turn % 2 ? 2 : 0;
    const button = `[data-testid=answer-PAR-01-${level}]`;
    taps.push(
      await timed(page, `document.querySelector("${button}").click()`, `document.querySelector("${button}[aria-pressed=true]") && document.querySelector("[data-testid=kept-PAR-01]")`),
    );
  }
  line("large_visit_tap_kept_and_painted", { p50_ms: quantile(taps, 0.5), p95_ms: quantile(taps, 0.95), taps: TAPS, ...shape });

  const keys = [];
  await by(page, "note-PAR-01").focus();
  for (let turn = 0; turn < TAPS; turn += 1) {
    keys.push(
      await timed(
        page,
        `const note = document.querySelector("[data-testid=note-PAR-01]"); note.value += "x"; note.dispatchEvent(new InputEvent("input", { bubbles: true }))`,
        `document.querySelector("[data-testid=note-PAR-01]").value.length > 0`,
      ),
    );
  }
  line("large_visit_key_painted", { p50_ms: quantile(keys, 0.5), p95_ms: quantile(keys, 0.95), keys: TAPS, ...shape });
} finally {
  await closeAll();
  await program.stop();
  await rm(profile, { recursive: true, force: true });
}
