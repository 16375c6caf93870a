// Packs the package as npm would publish it, installs the tarball in an empty folder and uses it as
// a stranger does: the command, the library, its types.

import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run, StepError, stage } from "./build-steps.mjs";
import { foreign, npm } from "./install.mjs";

const limit = 5e6; // bytes
const folder = mkdtempSync(join(tmpdir(), "normlens-package-"));
const inside = (name) => join(folder, name);
const remedy = "compare `files`, `exports`, `bin` and `dependencies` in package.json.";

const there = foreign(folder);

const program = `
for (const entry of ["normlens", "normlens/browser"]) {
  const { initialise, random, session, tensor, zoo } = await import(entry);
  const graph = zoo.seed({ norm: "batch", inputShape: [1, 28, 28], classes: 10 });
  const logits = session(initialise(graph, random(1))).forward(tensor([2, 1, 28, 28]));
  if (logits.shape.join() !== "2,10") throw new Error(entry + ": shape " + logits.shape);
  if (!logits.data.every(Number.isFinite)) throw new Error(entry + ": " + logits.data);
}
`;

/** The same, typed: it compiles only if the declarations resolve and are not \`any\`. */
const typed = `
import { type Model, type Tensor, initialise, random, session, tensor, zoo } from "normlens";
import type { Model as SameModel } from "normlens/browser";
const model: Model & SameModel = initialise(zoo.seed({ norm: "batch" }), random(1));
export const logits: Tensor = session(model).forward(tensor([2, 1, 28, 28]));
// @ts-expect-error: no such norm
zoo.seed({ norm: "no such norm" });
`;

async function pack() {
  const json = await run(npm(), ["pack", "--json", "--pack-destination", folder]);
  // npm prints an array of packages, or an object keyed by name from version 12 on.
  const [{ filename }] = Object.values(JSON.parse(json.slice(json.search(/^[[{]/m))));
  const { size } = statSync(inside(filename));
  console.log(`tarball: ${(size / 1e6).toFixed(2)} MB packed (limit ${limit / 1e6} MB)`);
  if (size > limit) throw new StepError(`the tarball has ${size} bytes, expected at most ${limit}`);
  return filename;
}

async function installTarball(filename) {
  writeFileSync(inside("package.json"), JSON.stringify({ private: true, type: "module" }));
  await run(npm(), ["install", `./${filename}`, "--no-audit", "--no-fund"], there);
}

async function study() {
  const npx = join(npm(), "..", "npx-cli.js");
  await run(npx, ["--no", "normlens", "study", "--preset", "smoke", "--out", "x"], there);
  const report = join("x", "report.html");
  if (!existsSync(inside(report))) throw new StepError(`the study wrote no ${report}`);
}

async function importLibrary() {
  writeFileSync(inside("use.mjs"), program);
  await run("use.mjs", [], there);
}

async function resolveTypes() {
  writeFileSync(inside("use.ts"), typed);
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--types", ""];
  await run(tsc, [...options, "--target", "es2022", "use.ts"], there);
}

try {
  const filename = await stage("packing", remedy, pack);
  await stage("installing the tarball in an empty folder", remedy, () => installTarball(filename));
  await stage("running npx normlens study --preset smoke", remedy, study);
  await stage("importing the library", remedy, importLibrary);
  await stage("resolving the types", remedy, resolveTypes);
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
