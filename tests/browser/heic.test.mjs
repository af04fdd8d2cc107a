// A photo that the phone cannot open (HEIC, in Chromium): kept as it came, shown at the office once the server's system has read it, and then blurred from the phone
// over the server's copy.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { choosePin, closeAll, openDesk, openPhone, signIn, sitDown, violations } from "./support/browsers.mjs";
import { answer, by, comfortable, everythingSent, shot } from "./support/field.mjs";
import { letters, spread } from "./support/pictures.mjs";
import { stage } from "./support/program.mjs";

const ADDRESS = "1250, rue des Exemples";
const CRITERION = "EXT-01";
const NOTICE = "format non affichable, original conservé";

const here = stage(closeAll);

/** Black blocks on white in a HEIC file, written by libheif's own program, which `cargo xtask test` installs (Debian: libheif-examples). */
async function heic() {
  await writeFile(join(here.folder, "in.png"), letters(1600, 1200));
  await promisify(execFile)("heif-enc", ["-q", "80", "-o", "out.heic", "in.png"], { cwd: here.folder });
  return readFile(join(here.folder, "out.heic"));
}

test("une photo HEIC s’affiche au bureau et se floute du téléphone", { timeout: 300_000 }, async (story) => {
  const phone = await openPhone(join(here.folder, "phone"));
  const { page } = phone;
  await signIn(page, here.program.base, "inspection@demo.test", "/terrain");
  await choosePin(page);
  await by(page, "round-card").filter({ hasText: ADDRESS }).click();
  await by(page, "start-visit").click();
  await by(page, "place-exterior").click();
  await answer(page, CRITERION, 3);
  let photo;

  await story.test("hors ligne, le téléphone garde ce qu’il ne peut pas ouvrir et le dit", async () => {
    await phone.context.setOffline(true);
    await by(page, `photo-input-${CRITERION}`).setInputFiles({ name: "IMG_0001.HEIC", mimeType: "image/heic", buffer: await heic() });
    await by(page, "photo-notice").filter({ hasText: "rien ne peut y être masqué avant l’envoi" }).waitFor();
    photo = await by(page, "photo").getAttribute("data-photo");
    await by(page, "photo-no-marks").filter({ hasText: "ni dessin ni flou avant l’envoi" }).waitFor();
    assert.equal(await by(page, "photo-annotate").count(), 0);
    await comfortable(page, "a photo that this phone does not show");
    await shot(page, "heic-gardee");
  });

  const desk = await openDesk();
  let office;
  /** The server has a copy to show. */
  const untilShown = async (page, size) => {
    const late = Date.now() + 60_000;
    while ((await page.evaluate(async (address) => (await fetch(address)).status, `/api/v1/photos/${photo}?size=${size}`)) !== 200) {
      assert.ok(Date.now() < late, "the system's program reads the photo");
    }
  };
  const image = () => office.page.locator(`img[src*="${photo}"]`).first();

  await story.test("reçue, elle s’affiche au bureau, sans l’avis", async () => {
    await phone.context.setOffline(false);
    await everythingSent(page);
    await page.locator("[data-testid=photo][data-state=verified]").waitFor();
    assert.equal(await by(page, "photo-no-marks").count(), 0, "what was true before sending is not said any more");
    office = await sitDown(desk, here.program.base, "coordination@demo.test", "/bureau");
    await untilShown(office.page, "thumb");
    const found = await office.page.evaluate(
      async ([photo, address]) => {
        const list = await (await fetch(`/api/v1/cases?q=${encodeURIComponent(address)}`)).json();
        for (const row of list.rows) {
          if ((await (await fetch(`/api/v1/cases/${row.id}`)).text()).includes(photo)) return row.id;
        }
        return null;
      },
      [photo, ADDRESS],
    );
    assert.ok(found, "the case has the photo");
    await office.page.goto(`${here.program.base}/bureau/dossiers/${found}`);
    await image().scrollIntoViewIfNeeded();
    assert.ok((await spread(image(), 0.12, 0.57, 0.26, 0.26)) > 40, "the office sees the letters");
    assert.equal(await office.page.getByText(NOTICE).count(), 0);
    assert.deepEqual(await violations(office.page), []);
  });

  await story.test("le téléphone dessine sur la copie du serveur, et le flou est dans ce que le bureau voit", async () => {
    await by(page, "photo-annotate").click();
    await page.locator("[data-testid=annotate-picture][data-ready=true]").waitFor();
    assert.ok((await spread(by(page, "annotate-picture"), 0.4, 0.4, 0.2, 0.2)) > 40, "the phone shows the server's copy");
    await by(page, "tool-blur").click();
    await by(page, "mark-add").click();
    await shot(page, "heic-annoter");
    await by(page, "annotate-keep").click();
    await page.locator('[data-testid=photo][data-marks="1"]').waitFor();
    await everythingSent(page);
    // The system's program reads the photo once more: until then there is the notice, and never the photo without its blur.
    await untilShown(office.page, "thumb&revision=1");
    await office.page.reload();
    await image().scrollIntoViewIfNeeded();
    assert.ok((await spread(image(), 0.42, 0.42, 0.16, 0.16)) < 12, "the middle is hidden");
    assert.ok((await spread(image(), 0.8, 0.02, 0.15, 0.15)) > 40, "the rest is not");
  });

  await story.test("sans réseau, le téléphone dit qu’il n’a pas d’image où dessiner", async () => {
    await phone.context.setOffline(true);
    await by(page, "photo-annotate").click();
    await by(page, "annotate").getByText("le serveur n’en a pas donné d’image où dessiner").waitFor();
    assert.ok(await by(page, "annotate-keep").isDisabled());
    await by(page, "annotate-cancel").click();
    await phone.context.setOffline(false);
  });

  assert.deepEqual([phone.trouble, office.trouble], [[], []]);
});
