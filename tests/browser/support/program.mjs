// The real program, as a user starts it: its own process, a data folder of its own, a port the system chooses.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";

export const PASSWORD = "brigade-demo";

/** Starts `brigade serve --demo` and waits until it says that it is ready. */
export async function startProgram({ demo = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "brigade-story-"));
  const binary = process.env.BRIGADE_BIN ?? "target/debug/brigade";
  const start = () => {
    const options = ["serve", "--listen", `127.0.0.1:${program.port ?? 0}`, "--data", join(folder, "data")];
    if (demo) options.push("--demo");
    const child = spawn(binary, options, { env: { ...process.env, RUST_LOG: "warn" }, stdio: ["ignore", "pipe", "pipe"] });
    child.stderr.on("data", (chunk) => program.log.push(String(chunk)));
    return new Promise((resolve, reject) => {
      let said = "";
      child.stdout.on("data", (chunk) => {
        said += chunk;
        const address = said.match(/prête : (http:\/\/127\.0\.0\.1:(\d+))/);
        if (address) {
          program.base = address[1];
          program.port = Number(address[2]);
          program.child = child;
          program.said = said;
          resolve();
        }
      });
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${program.log.join("")}`)));
    });
  };
  const program = { folder, log: [], port: null };
  const end = (signal) =>
    new Promise((resolve) => {
      if (program.child.exitCode !== null || program.child.signalCode !== null) return resolve();
      program.child.once("exit", resolve);
      program.child.kill(signal);
    });
  /** Pulls the plug and starts again on the same data and port. */
  program.crash = async () => {
    await end("SIGKILL");
    await start();
  };
  program.stop = async () => {
    await end("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  };
  await start();
  return program;
}

/** What the stories of a file start from, and what goes with them: the program, and a folder for phones and files. `close` ends the browsers first. */
export function stage(close) {
  const stage = {};
  before(async () => {
    stage.program = await startProgram();
    stage.folder = await mkdtemp(join(tmpdir(), "brigade-stage-"));
  });
  after(async () => {
    await close();
    // What the program itself called an error, for whoever reads why a story failed.
    for (const line of stage.program?.log.join("").split("\n") ?? []) if (line.includes("ERROR")) console.log(line);
    await stage.program?.stop();
    if (stage.folder) await rm(stage.folder, { recursive: true, force: true });
  });
  return stage;
}
