// A partner asks that what it holds be passed on to another service; the brigade looks, and sends. In real Chromium.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { closeAll, openDesk, sitDown, violations } from "./support/browsers.mjs";
import { by, shot } from "./support/field.mjs";
import { stage } from "./support/program.mjs";

const here = stage(closeAll);

test("un service demande qu’une référence soit transmise ; la brigade en envoie une autre, et le dit aux deux", { timeout: 120_000 }, async () => {
  const desk = await openDesk();
  const coordinator = await sitDown(desk, here.program.base, "coordination@demo.test", "/bureau");
  const holder = await sitDown(desk, here.program.base, "cisss@demo.test", "/partenaires");
  const submit = async (page, form, code) => {
    await Promise.all([page.waitForNavigation(), form.locator("button[type=submit]").last().click()]);
    assert.equal(await by(page, "flash").getAttribute("data-code"), code);
  };
  const ask = async (page, path, data) => {
    const answer = await page.evaluate(
      async ([path, data]) => (await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(data) })).status, [path, data],
    );
    assert.ok(answer < 300, `${path}: ${answer}`);
  };
  const first = await coordinator.page.evaluate(async () => (await (await fetch("/api/v1/cases")).json()).rows[0].id);
  const cisss = await coordinator.page.evaluate(async (id) => {
    const detail = await (await fetch(`/api/v1/cases/${id}`)).json();
    return detail.partners.find((partner) => partner.name.includes("CISSS")).organisation_id;
  }, first);
  const id = randomUUID();
  await ask(coordinator.page, "/api/v1/referrals", {
    id, case_id: first, to_organisation: cisss, reason: "Accompagnement du ménage.", urgency: "soon", due_in_days: 5, sections: ["building"],
  });
  await ask(holder.page, `/api/v1/referrals/${id}/accept`, { text: "" });

  await holder.page.goto(`${here.program.base}/partenaires/${id}`);
  await holder.page.locator("summary", { hasText: "Transmettre à un autre service" }).click();
  const form = by(holder.page, "forward-ask");
  const service = await form.locator("select option").first().innerText();
  await form.locator("textarea").fill("Un relogement est nécessaire.");
  assert.deepEqual(await violations(holder.page), []);
  await form.scrollIntoViewIfNeeded();
  await shot(holder.page, "forward-ask");
  await submit(holder.page, form, "forward_asked");
  await by(holder.page, "forward").getByText("En attente de la brigade").waitFor();

  await coordinator.page.goto(`${here.program.base}/partenaires`);
  await by(coordinator.page, "referral-to-forward").first().waitFor();
  await coordinator.page.goto(`${here.program.base}/partenaires/${id}`);
  await by(coordinator.page, "forward").getByText("Un relogement est nécessaire.").waitFor();
  await coordinator.page.locator("summary", { hasText: "Transmettre par une nouvelle référence" }).click();
  const refer = by(coordinator.page, "referral-create");
  assert.equal(await refer.locator("select[name=to_organisation] option").count(), 1, "to the service that was asked for");
  await refer.locator("textarea[name=reason]").fill("Relogement à prévoir.");
  await refer.scrollIntoViewIfNeeded();
  assert.deepEqual(await violations(coordinator.page), []);
  await shot(coordinator.page, "forward-answer");
  await coordinator.page.setViewportSize({ width: 360, height: 800 });
  assert.ok((await coordinator.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
  await by(coordinator.page, "forwards").scrollIntoViewIfNeeded();
  await shot(coordinator.page, "forward-answer-360");
  await coordinator.page.setViewportSize({ width: 1440, height: 900 });
  await Promise.all([coordinator.page.waitForURL((url) => !url.pathname.endsWith(id)), by(refer, "referral-preview").click()]);
  assert.equal(await by(coordinator.page, "flash").getAttribute("data-code"), "referral_drafted");
  assert.ok((await coordinator.page.locator("main").innerText()).includes(service.split(" – ")[0]));
  await submit(coordinator.page, by(coordinator.page, "referral-act-send"), "referral_sent");

  await holder.page.reload();
  await by(holder.page, "forward").and(holder.page.locator("[data-sent=true]")).waitFor();
  assert.equal(await by(holder.page, "forward").getByRole("link").count(), 0, "which one it is concerns the brigade");
  await shot(holder.page, "forward-sent");
  assert.deepEqual([coordinator.trouble, holder.trouble], [[], []]);
  await desk.close();
});
