// Drawing over a photo on the phone: with a finger, a mouse and keys, in the basement and after sending. The office sees what was drawn, and only the privacy
// officer what a blur hides.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { choosePin, closeAll, openDesk, openPhone, signIn, sitDown, unlock, violations } from "./support/browsers.mjs";
import { answer, by, comfortable, everythingSent, openSection, shot } from "./support/field.mjs";
import { letters, spread } from "./support/pictures.mjs";
import { stage } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
const CRITERION = "EXT-01";

const here = stage(closeAll);

/** Where the blur of these stories is, well within it, and a part that nothing hides. */
const HIDDEN = [0.12, 0.57, 0.26, 0.26];
const PLAIN = [0.82, 0.02, 0.15, 0.15];

async function expectHidden(picture, hidden, where) {
  assert.ok((await spread(picture, ...PLAIN)) > 40, `${where} shows what nothing hides`);
  const seen = await spread(picture, ...HIDDEN);
  assert.equal(seen < 12, hidden, `${where}: ${seen}`);
}

/** Draws on the picture from one point to another, in fractions of its edges. */
async function draw(page, from, to, pointer) {
  const box = await by(page, "annotate-picture").boundingBox();
  const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
  if (pointer === "mouse") {
    await page.mouse.move(...at(from));
    await page.mouse.down();
    await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
    await page.mouse.move(...at(to));
    await page.mouse.up();
    return;
  }
  const session = await page.context().newCDPSession(page);
  const touch = (type, points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  await touch("touchStart", [at(from)]);
  await touch("touchMove", [at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2])]);
  await touch("touchMove", [at(to)]);
  await touch("touchEnd", []);
  await session.detach();
}

const marks = (page) => by(page, "annotate").getAttribute("data-marks");

async function openSheet(page) {
  await by(page, "photo-annotate").first().click();
  await page.locator("[data-testid=annotate-picture][data-ready=true]").waitFor();
}

async function withMarks(page, count) {
  await page.locator(`[data-testid=photo][data-marks="${count}"]`).waitFor();
}

/** The thumbnail on the phone, once it is drawn anew: its picture has another address. */
async function newThumbnail(page, change) {
  const thumbnail = by(page, "photo-thumbnail").first();
  const before = await thumbnail.getAttribute("src");
  await change();
  await page.waitForFunction((before) => {
    const image = document.querySelector("[data-testid=photo-thumbnail]");
    return image && image.src !== before && image.complete;
  }, before);
  return thumbnail;
}

test("une photo s’annote au doigt, à la souris et au clavier", { timeout: 420_000 }, async (story) => {
  let phone = await openPhone(join(here.folder, "phone"));
  await signIn(phone.page, here.program.base, "inspection@demo.test", "/terrain");
  await choosePin(phone.page);
  await by(phone.page, "round-card").filter({ hasText: ADDRESS }).waitFor();
  await phone.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await phone.context.close();
  phone = await openPhone(join(here.folder, "phone"), { offline: true });
  const { page } = phone;
  await page.goto(`${here.program.base}/terrain`);
  await unlock(page);
  let photo;

  await story.test("hors ligne : une flèche, un cercle et un flou, au doigt et à la souris", async () => {
    await by(page, "round-card").filter({ hasText: ADDRESS }).click();
    await by(page, "start-visit").click();
    await by(page, "place-exterior").click();
    await answer(page, CRITERION, 3);
    await by(page, `photo-input-${CRITERION}`).setInputFiles({ name: "rue.png", mimeType: "image/png", buffer: letters(1600, 1200) });
    await by(page, "photo-thumbnail").waitFor();
    photo = await by(page, "photo").getAttribute("data-photo");
    await expectHidden(by(page, "photo-thumbnail"), false, "the thumbnail as taken");
    await openSheet(page);
    await comfortable(page, "the empty sheet");
    await shot(page, "annoter-vide");
    await draw(page, [0.9, 0.9], [0.6, 0.6], "touch");
    assert.equal(await marks(page), "1", "an arrow by a finger");
    assert.equal(await page.evaluate(() => document.querySelector("dialog[open]").scrollTop), 0, "the finger drew and did not scroll");
    await by(page, "tool-circle").click();
    await draw(page, [0.4, 0.1], [0.7, 0.4], "mouse");
    await by(page, "tool-blur").click();
    await draw(page, [0.4, 0.85], [0.1, 0.55], "touch");
    assert.equal(await marks(page), "3");
    await expectHidden(by(page, "annotate-picture"), true, "the picture that is drawn on");
    await draw(page, [0.5, 0.5], [0.505, 0.5], "touch");
    assert.equal(await marks(page), "3", "a tap draws nothing");
    await shot(page, "annoter");
    await by(page, "mark-3").scrollIntoViewIfNeeded();
    await shot(page, "annoter-reperes");
    await comfortable(page, "the sheet with marks");
  });

  await story.test("le dernier repère s’enlève, et le clavier place, déplace, agrandit et enlève", async () => {
    await by(page, "mark-remove").click();
    assert.equal(await marks(page), "2");
    await expectHidden(by(page, "annotate-picture"), false, "the blur is gone");
    const place = async () => (await by(page, "mark-place").innerText()).match(/\d+/g).map(Number);
    await by(page, "tool-blur").focus();
    await page.keyboard.press("Enter");
    await by(page, "mark-add").focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await place(), [3, 37, 37, 25, 25], "placed in the middle, and said");
    await by(page, "mark-3").focus();
    for (let press = 0; press < 14; press++) await page.keyboard.press("ArrowLeft");
    for (let press = 0; press < 9; press++) await page.keyboard.press("ArrowDown");
    for (let press = 0; press < 3; press++) await page.keyboard.press("Shift+ArrowRight");
    for (let press = 0; press < 3; press++) await page.keyboard.press("Shift+ArrowDown");
    assert.deepEqual(await place(), [3, 9, 55, 31, 31]);
    await expectHidden(by(page, "annotate-picture"), true, "the blur by keys");
    await by(page, "mark-add").click();
    await by(page, "mark-4").focus();
    await page.keyboard.press("Delete");
    assert.equal(await marks(page), "3");
    assert.equal(await page.evaluate(() => document.activeElement?.dataset.testid), "mark-3", "the focus goes to the mark before");
    // The same by a thumb: each button is one step.
    await by(page, "mark-1").click();
    const before = await place();
    await by(page, "mark-right").click();
    await by(page, "mark-up").click();
    const moved = await place();
    assert.deepEqual([moved[1] - before[1], moved[2] - before[2]], [2, -2]);
    await by(page, "mark-larger").click();
    await by(page, "mark-smaller").click();
    assert.deepEqual(await place(), moved);
  });

  await story.test("annuler ne garde rien ; garder montre les repères sur le téléphone, et s’annule", async () => {
    await by(page, "annotate-cancel").click();
    await by(page, "annotate").waitFor({ state: "detached" });
    assert.equal(await by(page, "photo").getAttribute("data-marks"), "0");
    assert.equal(await page.evaluate(() => document.activeElement?.dataset.testid), "photo-annotate", "the focus comes back");
    await openSheet(page);
    await by(page, "tool-blur").click();
    await draw(page, [0.1, 0.55], [0.4, 0.85], "touch");
    let thumbnail = await newThumbnail(page, () => by(page, "annotate-keep").click());
    await withMarks(page, 1);
    await expectHidden(thumbnail, true, "the thumbnail");
    await page.locator("[data-testid=undo-strip][data-state=undo]").filter({ hasText: "Photo annotée" }).waitFor();
    thumbnail = await newThumbnail(page, () => by(page, "undo").click());
    await withMarks(page, 0);
    await expectHidden(thumbnail, false, "the thumbnail after the undo");
    await openSheet(page);
    await draw(page, [0.9, 0.9], [0.6, 0.6], "touch");
    await by(page, "tool-circle").click();
    await draw(page, [0.45, 0.15], [0.7, 0.4], "mouse");
    await by(page, "tool-blur").click();
    await draw(page, [0.1, 0.55], [0.4, 0.85], "touch");
    await newThumbnail(page, () => by(page, "annotate-keep").click());
    await withMarks(page, 3);
    await shot(page, "annotee");
  });

  await story.test("le téléphone rechargé hors ligne a encore les repères", async () => {
    await page.reload();
    await unlock(page);
    await openSection(page, CRITERION.split("-")[0]);
    await withMarks(page, 3);
    await expectHidden(by(page, "photo-thumbnail"), true, "the thumbnail after a reload");
  });

  const desk = await openDesk();
  const seen = async (office) => office.page.locator(`img[src*="${photo}"]`).first();
  let coordination;
  let caseAddress;

  await story.test("le réseau revient : le bureau voit la copie annotée, et l’historique dit qui", async () => {
    await phone.context.setOffline(false);
    await everythingSent(page);
    coordination = await sitDown(desk, here.program.base, "coordination@demo.test", "/bureau");
    const found = await coordination.page.evaluate(
      async ([photo, address]) => {
        const list = await (await fetch(`/api/v1/cases?q=${encodeURIComponent(address)}`)).json();
        for (const row of list.rows) {
          const text = await (await fetch(`/api/v1/cases/${row.id}`)).text();
          if (text.includes(photo)) return row.id;
        }
        return null;
      },
      [photo, ADDRESS],
    );
    assert.ok(found, "the case shows the photo");
    caseAddress = `${here.program.base}/bureau/dossiers/${found}`;
    await coordination.page.goto(caseAddress);
    const image = await seen(coordination);
    await image.scrollIntoViewIfNeeded();
    await expectHidden(image, true, "the office");
    assert.ok(await coordination.page.getByText("Photo annotée.").count(), "the history says so");
    await shot(coordination.page, "annotee-bureau");
    assert.deepEqual(await violations(coordination.page), []);
    const original = (office) =>
      office.page.evaluate(async (photo) => {
        const response = await fetch(`/api/v1/photos/${photo}?size=original`);
        return [response.status, response.ok ? null : (await response.json()).error.code];
      }, photo);
    assert.deepEqual(await original(coordination), [403, "not_allowed"]);
    assert.deepEqual(await original(phone), [403, "not_allowed"], "not even who took it");
    const privacy = await sitDown(desk, here.program.base, "vie-privee@demo.test", "/bureau");
    assert.deepEqual(await original(privacy), [200, null]);
  });

  await story.test("après l’envoi, un flou ajouté ou enlevé se voit au bureau sans vieille copie", async () => {
    await openSheet(page);
    await by(page, "mark-3").click();
    await by(page, "mark-remove").click();
    await newThumbnail(page, () => by(page, "annotate-keep").click());
    await everythingSent(page);
    await coordination.page.reload();
    await expectHidden(await seen(coordination), false, "the office without the blur");
    // Without marks, the sheet shows the server's copy in place of the small one.
    await openSheet(page);
    while ((await marks(page)) !== "0") await by(page, "mark-remove").click();
    await by(page, "annotate-keep").click();
    await withMarks(page, 0);
    await everythingSent(page);
    await openSheet(page);
    await by(page, "annotate").getByText("petite image").waitFor({ state: "detached" });
    await by(page, "tool-blur").click();
    await draw(page, [0.1, 0.55], [0.4, 0.85], "touch");
    await by(page, "annotate-keep").click();
    await everythingSent(page);
    await coordination.page.reload();
    await expectHidden(await seen(coordination), true, "the office with the blur again");
  });

  assert.deepEqual([phone.trouble, coordination.trouble], [[], []]);
});
