// Runs the smallest study on the newest Node and on the Node at hand: the results must be equal byte
// for byte. The newest Node comes as an npm package that holds its binary, for Linux only.

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, StepError, stage } from "./build-steps.mjs";
import { foreign, npm } from "./install.mjs";

const major = 26;
const name = `node-linux-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), "normlens-newest-"));
const remedy = "run the command again; if it fails again, compare the two study.json by hand.";

/** Installs the newest Node and returns its binary. */
async function newestNode() {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  await run(npm(), ["install", `${name}@${major}`, ...quiet], foreign(folder));
  return join(folder, "node_modules", name, "bin", "node");
}

/** The digest of the smallest study, run by the given Node. */
async function digest(program) {
  const version = (await run("--version", [], { program })).trim();
  const out = join(folder, version);
  const main = join("dist", "cli", "main.js");
  await run(main, ["study", "--preset", "smoke", "--out", out], { program });
  if (!existsSync(join(out, "report.html"))) throw new StepError(`${version} wrote no report.html`);
  const hash = createHash("sha256")
    .update(readFileSync(join(out, "study.json")))
    .digest("hex");
  console.log(`${version}: study.json ${hash}`);
  return hash;
}

async function compare() {
  const programs = [process.execPath, await newestNode()];
  const digests = [];
  for (const program of programs) digests.push(await digest(program));
  if (digests[0] !== digests[1]) throw new StepError("the two results differ");
}

try {
  if (process.platform === "linux")
    await stage(`running on Node ${major} as well`, remedy, compare);
  else console.log("skipped: the newest Node is only available for Linux here");
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
