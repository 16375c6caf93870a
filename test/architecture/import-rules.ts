/** Who may import whom. docs/architecture.md gives the reasons. */
import { inLibrary, perFile, type Rule } from "./rule.js";
import type { Source } from "./source.js";

/** From the ground up. Folders of one floor may use each other. */
const floors = [
  ["src/tensor"],
  ["src/kernels"],
  ["src/ops"],
  ["src/model"],
  ["src/engine"],
  ["src/data", "src/formats"],
  ["src/training"],
  ["src/fold"],
  ["src/explain"],
  ["src/measures"],
  ["src/study"],
  ["src/report"],
  ["src"], // the library's two entries
  ["src/cli"],
] as const satisfies readonly (readonly string[])[];

const roomOf = (path: string) => path.split("/").slice(0, path.split("/").length > 2 ? 2 : 1);
const room = (path: string): string => roomOf(path).join("/");
const floorOf = (path: string): number =>
  floors.findIndex((rooms: readonly string[]) => rooms.includes(room(path)));

/** The places that may touch Node: everything else must also run in a browser. */
const isNodeSide = (path: string): boolean =>
  /\.node\.ts$|^src\/index\.ts$|^src\/cli\/|^src\/study\/runner\//.test(path);

/** Packages that need Node, or that only a terminal has use for. */
const nodePackages = ["commander", "piscina", "pngjs"];

const isNodeOnly = (target: string): boolean =>
  target.startsWith("node:") || nodePackages.includes(target);

/** The files that run when `entry` runs: what it imports by value, and so on. */
function reached(entry: string, sources: readonly Source[]): ReadonlySet<Source> {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const found = new Set<Source>();
  const visit = (path: string): void => {
    const file = byPath.get(path);
    if (file === undefined || found.has(file)) return;
    found.add(file);
    for (const { kind, target } of file.imports) if (kind === "value") visit(target);
  };
  visit(entry);
  return found;
}

/** Files that import themselves by way of others, each cycle once. */
function cycles(sources: readonly Source[]): readonly string[] {
  const files = new Map(sources.map((file) => [file.path, file]));
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === "open")
      found.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (state.has(path)) return;
    state.set(path, "open");
    for (const { kind, target } of files.get(path)?.imports ?? [])
      if (kind === "value" && files.has(target)) visit(target, [...trail, path]);
    state.set(path, "done");
  };
  for (const path of files.keys()) visit(path, []);
  return found;
}

export const importRules: readonly Rule[] = [
  {
    name: "imports point downward",
    violations: perFile(inLibrary, (file) => {
      const floor = floorOf(file.path);
      if (floor < 0) return [`${room(file.path)} has no floor in the house`];
      return file.imports
        .filter(({ target }) => target.startsWith("src/") && floorOf(target) > floor)
        .map(({ target }) => `imports ${target}, which stands above it`);
    }),
    broken: {
      "src/ops/relu.ts": 'import type { Model } from "../model/model.js";',
      "src/report/chart.ts": 'export { zoo } from "../index.js";',
      "src/training/fit.ts": 'import { plan } from "../engine/plan.js";\nimport "../study/run.js";',
      "src/data/idx.ts": 'import { gzip } from "../formats/gzip.js";',
      "src/attic/old.ts": "",
    },
    complaints: [
      "src/ops/relu.ts: imports src/model/model.ts, which stands above it",
      "src/report/chart.ts: imports src/index.ts, which stands above it",
      "src/training/fit.ts: imports src/study/run.ts, which stands above it",
      "src/attic/old.ts: src/attic has no floor in the house",
    ],
  },
  {
    name: "no file imports itself by way of others",
    violations: cycles,
    broken: {
      "src/ops/a.ts": 'import { b } from "./b.js";',
      "src/ops/b.ts": 'import {\n  type A,\n  c,\n} from "./c.js";',
      "src/ops/c.ts": 'import { a } from "./a.js";\nimport type { D } from "./d.js";',
      "src/ops/d.ts": 'import { c } from "./c.js";',
    },
    complaints: ["src/ops/a.ts → src/ops/b.ts → src/ops/c.ts → src/ops/a.ts"],
  },
  {
    name: "only *.node.ts, src/index.ts, src/cli and src/study/runner touch Node",
    violations: perFile(
      (file) => inLibrary(file) && !isNodeSide(file.path),
      (file) =>
        file.imports
          .filter(({ kind, target }) => kind !== "type" && isNodeOnly(target))
          .map(({ target }) => `imports ${target}; move that to a *.node.ts file`),
    ),
    broken: {
      "src/data/idx.ts": 'import { readFileSync } from "node:fs";',
      "src/data/idx.node.ts": 'import { readFileSync } from "node:fs";',
      "src/cli/main.ts": 'import { Command } from "commander";',
      "src/formats/png.ts": 'const { PNG } = await import("pngjs");',
    },
    complaints: [
      "src/data/idx.ts: imports node:fs; move that to a *.node.ts file",
      "src/formats/png.ts: imports pngjs; move that to a *.node.ts file",
    ],
  },
  {
    name: "the browser entry runs in a browser",
    violations: (sources) =>
      perFile(
        (file) => reached("src/browser.ts", sources).has(file),
        (file) =>
          file.imports
            .filter(
              ({ kind, target }) => kind === "value" && (isNodeOnly(target) || isNodeSide(target)),
            )
            .map(({ target }) => `imports ${target} and is reached from src/browser.ts`),
      )(sources),
    broken: {
      "src/browser.ts": 'export * from "./data/index.js";',
      "src/data/index.ts": 'export { mnist } from "./mnist.node.js";',
      "src/data/mnist.node.ts": 'import { readFile } from "node:fs/promises";',
      "src/data/other.node.ts": 'import { readFile } from "node:fs/promises";',
    },
    complaints: [
      "src/data/index.ts: imports src/data/mnist.node.ts and is reached from src/browser.ts",
      "src/data/mnist.node.ts: imports node:fs/promises and is reached from src/browser.ts",
    ],
  },
  {
    name: "help is given before ops and schemas are loaded",
    violations: (sources) =>
      perFile(
        (file) => reached("src/cli/main.ts", sources).has(file),
        (file) =>
          file.imports
            .filter(
              ({ kind, target }) =>
                kind === "value" && (target === "zod" || target.startsWith("src/ops/")),
            )
            .map(({ target }) => `imports ${target} and is reached from src/cli/main.ts`),
      )(sources),
    broken: {
      "src/cli/main.ts": 'import { options } from "./options.js";\nawait import("./train.js");',
      "src/cli/options.ts": 'import { config } from "../study/config.js";',
      "src/study/config.ts": 'import { z } from "zod";',
      "src/cli/train.ts": 'import { z } from "zod";',
    },
    complaints: ["src/study/config.ts: imports zod and is reached from src/cli/main.ts"],
  },
  {
    name: "the page uses the browser entry, the report's data, and types",
    violations: perFile(
      (file) => file.path.startsWith("web/"),
      (file) =>
        file.imports
          .filter(
            ({ kind, target }) =>
              kind !== "type" &&
              target.startsWith("src/") &&
              target !== "src/browser.ts" &&
              room(target) !== "src/report",
          )
          .map(({ target }) => `imports ${target}; it may use src/browser.ts and src/report`),
    ),
    broken: {
      "web/app.tsx": 'import { contrast } from "../src/study/contrast.js";',
      "web/forest.tsx": 'import type { Contrast } from "../src/study/contrast.js";',
      "web/colours.ts": 'import { colours } from "../src/report/colours.js";',
    },
    complaints: [
      "web/app.tsx: imports src/study/contrast.ts; it may use src/browser.ts and src/report",
    ],
  },
];
