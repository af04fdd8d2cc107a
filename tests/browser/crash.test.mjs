// The plug is pulled: what the server acknowledged is there when it comes back.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PASSWORD, startProgram } from "./support/program.mjs";

test("le serveur est tué juste après avoir répondu : rien de ce qu’il a confirmé n’est perdu", { timeout: 120_000 }, async () => {
  const program = await startProgram();
  try {
    const ask = async (path, options = {}) =>
      fetch(program.base + path, { ...options, headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) } });
    let token = null;
    const session = await ask("/api/v1/session", { method: "POST", body: JSON.stringify({ email: "coordination@demo.test", password: PASSWORD }) });
    ({ token } = await session.json());
    const [row] = (await (await ask("/api/v1/cases?band=A")).json()).rows;
    const raised = await ask(`/api/v1/cases/${row.id}/escalations`, { method: "POST", body: JSON.stringify({ reason: "Fumée dans l’escalier", called_911: true }) });
    assert.equal(raised.status, 201);
    const { id } = await raised.json();
    await program.crash();
    // The session was acknowledged too: the same token still opens.
    const board = await (await ask("/api/v1/emergency/board")).json();
    assert.ok(board.open.some((escalation) => escalation.id === id && escalation.called_911));
  } finally {
    await program.stop();
  }
});
