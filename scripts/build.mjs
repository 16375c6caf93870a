// Builds dist/: the WASM kernels first (they become a source file), then the library and the report
// page side by side. A part is skipped when its inputs hold what they held at its last build.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  exclusively,
  filesUnder,
  fingerprint,
  root,
  run,
  StepError,
  stage,
} from "./build-steps.mjs";

const tools = ["package-lock.json", "scripts/build.mjs", "scripts/build-steps.mjs"];
const stamps = join(root, "dist", ".build.json");
const remedy = "correct the file named above and run `npm run build`.";

/** The parts in the order of their dependence. `entry` is what the part is built from, `inputs`
 *  everything that can change its result, `outputs` what must be there afterwards. */
const parts = {
  kernels: {
    title: "building the kernels",
    entry: "scripts/build-kernels.mjs",
    inputs: ["kernels", "scripts/build-kernels.mjs"],
    outputs: ["src/kernels/binary.generated.ts"],
    async run() {
      const { buildKernels } = await import("./build-kernels.mjs");
      await buildKernels();
    },
  },
  library: {
    title: "building the library",
    entry: "tsconfig.build.json",
    inputs: ["src", "tsconfig.json", "tsconfig.build.json"],
    outputs: ["dist/index.js", "dist/cli/main.js"],
    async run() {
      await run(join("node_modules", "typescript", "bin", "tsc"), ["-p", "tsconfig.build.json"]);
      removeOrphans();
      const main = join(root, "dist", "cli", "main.js");
      if (existsSync(main)) chmodSync(main, 0o755);
    },
  },
  report: {
    title: "building the report page",
    entry: "web/vite.config.ts",
    inputs: ["web", "src"],
    outputs: ["dist/web/report.html"],
    async run() {
      const vite = join("node_modules", "vite", "bin", "vite.js");
      await run(vite, ["build", "web", "--config", "web/vite.config.ts", "--logLevel", "warn"]);
    },
  },
};

/** The names of the parts that must be built. */
export function outdated() {
  const built = stamped();
  return Object.keys(parts).filter((name) => {
    const { entry, outputs } = parts[name];
    if (!existsSync(join(root, entry))) return false;
    return built[name] !== inputsOf(name) || outputs.some((path) => !existsSync(join(root, path)));
  });
}

/** What each part was built from; nothing if the record is missing or was cut off. */
function stamped() {
  try {
    return JSON.parse(readFileSync(stamps, "utf8"));
  } catch {
    return {};
  }
}

/** Builds the parts that are out of date. */
export async function build() {
  if (outdated().includes("kernels")) await buildPart("kernels");
  // The kernels are an input of the others, so these are judged only now.
  const rest = outdated().filter((name) => name !== "kernels");
  const results = await Promise.allSettled(rest.map(buildPart));
  const failures = results.filter((result) => result.status === "rejected");
  if (failures.length > 0)
    throw new StepError(failures.map((failure) => failure.reason.message).join("\n"));
}

const inputsOf = (name) => fingerprint(filesUnder([...tools, ...parts[name].inputs]), name);

async function buildPart(name) {
  const { title, run: work } = parts[name];
  const inputs = inputsOf(name); // before the work: an edit made meanwhile must be noticed later
  await stage(title, remedy, work);
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(stamps, JSON.stringify({ ...stamped(), [name]: inputs }, null, 2));
}

/** Deletes compiled files whose source is gone; the compiler leaves them and they would be packed. */
function removeOrphans() {
  const compiled = /\.(js|d\.ts)$/;
  for (const file of filesUnder(["dist"])) {
    const inner = file.slice("dist/".length);
    if (!compiled.test(inner)) continue;
    const source = join(root, "src", inner.replace(compiled, ".ts"));
    if (!existsSync(source)) rmSync(join(root, file));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await exclusively(build);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
