// A phone that will not see a network again soon enough: its rescue file is made offline and handed in at the office, in real Chromium.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { choosePin, closeAll, openDesk, openPhone, says, signIn, sitDown, violations } from "./support/browsers.mjs";
import { by, everythingSent, note, openDoor, shot } from "./support/field.mjs";
import { picture } from "./support/pictures.mjs";
import { stage } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
// How every JPEG that a canvas makes begins, past its first bytes.
const JPEG = "\u0000\u0010JFIF\u0000\u0001";
const NOTE = "Seau sous la fuite, plafond ouvert.";

const here = stage(closeAll);

test("le fichier de secours sort d’un téléphone hors ligne, ne se lit que par le serveur, et ne compte qu’une fois", { timeout: 240_000 }, async (story) => {
  const phone = await openPhone(join(here.folder, "phone"));
  const { page } = phone;
  const file = join(here.folder, "brigade.secours");
  let pending;

  await story.test("hors ligne, une note et une photo ; le fichier les contient, scellées", async () => {
    await signIn(page, here.program.base, "inspection@demo.test", "/terrain");
    await choosePin(page);
    await by(page, "round-card").first().waitFor();
    await everythingSent(page);
    await phone.context.setOffline(true);
    await openDoor(page, ADDRESS, "101");
    await note(page, NOTE);
    await by(page, "photo-file-PLO-03").setInputFiles({ name: "31.png", mimeType: "image/png", buffer: picture(31) });
    await by(page, "criterion-PLO-03").getByTestId("photo-thumbnail").first().waitFor();

    await page.locator(".sync-strip__link").click();
    await by(page, "outbox-screen").waitFor();
    pending = Number(await by(page, "outbox-events").textContent());
    assert.ok(pending >= 4, `${pending} changes`);
    assert.equal(await by(page, "outbox-photos").textContent(), "1");
    const [download] = await Promise.all([page.waitForEvent("download"), by(page, "rescue").click()]);
    assert.match(download.suggestedFilename(), /^brigade-\d{4}-\d\d-\d\d\.secours$/);
    await download.saveAs(file);
    await by(page, "rescue-made").waitFor();
    assert.deepEqual(await violations(page), []);
    await shot(page, "rescue-phone");
    const bytes = (await readFile(file)).toString("latin1");
    assert.ok(bytes.startsWith("brigade-rescue-1"));
    for (const secret of [NOTE, "Seau sous", "PLO-03", "answered", "device_id", JPEG]) assert.ok(!bytes.includes(secret), secret);
    assert.ok(bytes.length > 10_000, "the photo is in it");
  });

  await story.test("remis à la coordination : tout est reçu au nom de l’inspection, deux fois remis ne compte qu’une", async () => {
    const desk = await openDesk();
    const { page: office, trouble } = await sitDown(desk, here.program.base, "coordination@demo.test", "/bureau/appareils");
    const handIn = async () => {
      await by(office, "rescue-file").setInputFiles(file);
      await Promise.all([office.waitForEvent("load"), by(office, "rescue-form").locator("button").click()]);
      await says(office, "rescue_received");
      return (await by(office, "rescue-row").first().innerText()).replaceAll("\u00a0", " ");
    };
    const first = await handIn();
    assert.match(first, new RegExp(`${pending} changements : reçu`));
    assert.match(first, /1 photo : reçu/);
    assert.deepEqual(await violations(office), []);
    await shot(office, "rescue-office");
    const again = await handIn();
    assert.match(again, new RegExp(`${pending} changements : déjà là`));
    assert.match(again, /1 photo : déjà là/);
    await by(office, "rescue-file").setInputFiles({ name: "autre.secours", mimeType: "application/octet-stream", buffer: picture(3) });
    await Promise.all([office.waitForEvent("load"), by(office, "rescue-form").locator("button").click()]);
    await says(office, "rescue_unreadable");
    assert.deepEqual(trouble, []);
    await desk.close();
  });

  await story.test("le téléphone qui retrouve le réseau vide ses envois sans rien demander", async () => {
    await phone.context.setOffline(false);
    await everythingSent(page);
    await by(page, "outbox-empty").waitFor();
    assert.equal(await by(page, "rescue").count(), 0);
    assert.deepEqual(phone.trouble, []);
  });
});
