// A client that we did not write (tus-js-client) sends a photo; the line and the server fail it; nothing is lost and nothing is sent twice.
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";

import * as tus from "tus-js-client";

import { picture } from "./support/pictures.mjs";
import { PASSWORD, startProgram } from "./support/program.mjs";

const CHUNK_BYTES = 256 * 1024;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A signed-in program, a photo, and what tus-js-client needs to send it. */
async function scene() {
  const program = await startProgram();
  const signedIn = async (email) => {
    const session = await fetch(`${program.base}/api/v1/session`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email, password: PASSWORD }),
    });
    return { authorization: `Bearer ${(await session.json()).token}` };
  };
  const headers = await signedIn("coordination@demo.test");
  // What was received is read back by the only person who may.
  const privacy = await signedIn("vie-privee@demo.test");
  const ask = (path, options = {}) => fetch(program.base + path, { ...options, headers: { ...headers, ...options.headers } });
  const bytes = picture(41, 3200, 2400);
  const photo = { id: randomUUID(), bytes, sha256: sha256(bytes) };
  assert.ok(bytes.length > 12 * CHUNK_BYTES, `a photo of many chunks: ${bytes.length}`);
  const asked = [];
  const options = {
    endpoint: `${program.base}/api/v1/photos`,
    headers,
    chunkSize: CHUNK_BYTES,
    metadata: { photo_id: photo.id, sha256: photo.sha256, content_type: "image/png" },
    urlStorage: new tus.FileUrlStorage(join(program.folder, "tus.json")),
    fingerprint: async () => `photo-${photo.id}`,
    storeFingerprintForResuming: true,
    retryDelays: [100, 200, 400, 800, 1600, 3200],
    onAfterResponse: (request, response) => {
      asked.push({ method: request.getMethod(), status: response.getStatus(), offset: Number(response.getHeader("upload-offset")), state: response.getHeader("x-brigade-photo") });
    },
  };
  return { program, ask, privacy, photo, options, asked };
}

/** Names the photo in a visit, and reads it back as it was received. */
async function readBack({ ask, privacy, photo }) {
  const pulled = await (await ask("/api/v1/sync/pull")).json();
  const visit = randomUUID();
  const event = (device_sequence, change) => ({
    id: randomUUID(),
    visit_id: visit,
    building_id: pulled.buildings[0].id,
    device_sequence,
    device_at: Date.now(),
    grid: pulled.grid,
    change,
  });
  const taken = { kind: "photo_taken", photo_id: photo.id, place: "exterior", criterion: "EXT-01", sha256: photo.sha256, bytes: photo.bytes.length, content_type: "image/png" };
  const message = { protocol: pulled.protocol, device_id: randomUUID(), device_now: Date.now(), events: [event(1, { kind: "visit_started" }), event(2, taken)] };
  const pushed = await (await ask("/api/v1/sync/push", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(message) })).json();
  assert.deepEqual(pushed.verdicts.map((verdict) => verdict.verdict), ["stored", "stored"], JSON.stringify(pushed));
  const original = await ask(`/api/v1/photos/${photo.id}?size=original`, { headers: privacy });
  assert.equal(original.status, 200);
  return Buffer.from(await original.arrayBuffer());
}

/** What the server took: each accepted chunk begins where the one before ended. */
function accepted(asked) {
  return asked.filter((answer) => answer.method === "PATCH" && answer.status === 204).map((answer) => answer.offset);
}

test("le serveur est tué au milieu d’une photo : tus-js-client reprend où il en était, et la photo est entière", { timeout: 120_000 }, async () => {
  const found = await scene();
  const { program, photo, options, asked } = found;
  try {
    let crashed = null;
    await new Promise((resolve, reject) => {
      const upload = new tus.Upload(photo.bytes, {
        ...options,
        onError: reject,
        onSuccess: resolve,
        onChunkComplete: (_size, received) => {
          // The next chunk is on its way when the server dies.
          if (received >= 4 * CHUNK_BYTES && !crashed) setTimeout(() => (crashed = program.crash()), 0);
        },
      });
      upload.start();
    });
    assert.ok(crashed, "the server was killed");
    await crashed;
    const resumed = asked.find((answer) => answer.method === "HEAD" && answer.status === 200);
    assert.ok(resumed && resumed.offset >= 4 * CHUNK_BYTES, `it went on from where the server stood: ${JSON.stringify(asked)}`);
    assert.equal(asked.filter((answer) => answer.method === "POST").length, 1, "announced once");
    assert.ok(accepted(asked).every((offset, index, all) => index === 0 || offset > all[index - 1]), "no byte was taken twice");
    assert.equal(asked.at(-1).state, "verified");
    assert.equal(sha256(await readBack(found)), photo.sha256);
  } finally {
    await program.stop();
  }
});

test("le programme qui envoie est coupé, le serveur aussi : un autre envoi reprend le même dépôt", { timeout: 120_000 }, async () => {
  const found = await scene();
  const { program, photo, options, asked } = found;
  try {
    const sender = await new Promise((resolve, reject) => {
      const upload = new tus.Upload(photo.bytes, {
        ...options,
        onError: reject,
        onChunkComplete: (_size, received) => received >= 3 * CHUNK_BYTES && resolve(upload),
      });
      upload.start();
    });
    await sender.abort();
    await program.crash();
    const before = asked.length;
    await new Promise((resolve, reject) => {
      const upload = new tus.Upload(photo.bytes, { ...options, onError: reject, onSuccess: resolve });
      upload.findPreviousUploads().then(([previous]) => {
        assert.ok(previous, "the first sender left the address of the upload");
        upload.resumeFromPreviousUpload(previous);
        upload.start();
      }, reject);
    });
    const [head] = asked.slice(before);
    assert.equal(head.method, "HEAD");
    assert.ok(head.offset >= 3 * CHUNK_BYTES, `not from the start: ${JSON.stringify(head)}`);
    assert.equal(asked.at(-1).state, "verified");
    assert.equal(sha256(await readBack(found)), photo.sha256);
  } finally {
    await program.stop();
  }
});
