/** The set-up, run in small projects of its own: what it does, says, and leaves alone. npm and the
 *  compiler are stood in for by scripts of a few lines, so that the tests need neither. */
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const scripts = fileURLToPath(new URL("../../scripts/", import.meta.url));
let project: string;

const at = (path: string): string => join(project, path);
const write = (path: string, text: string): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};

/** Compiles by copying; refuses a file that says so; counts its runs. */
const compiler = `
import { appendFileSync, cpSync, mkdirSync, readFileSync } from "node:fs";
appendFileSync("runs", "tsc ");
if (readFileSync("src/index.ts", "utf8").includes("wrong")) {
  console.log("src/index.ts(1,1): error TS1: wrong");
  process.exit(2);
}
await new Promise((resolve) => setTimeout(resolve, 200));
mkdirSync("dist/cli", { recursive: true });
cpSync("src/index.ts", "dist/index.js");
cpSync("src/cli/main.ts", "dist/cli/main.js");
`;

/** Installs by writing the compiler; fails without network as npm does. */
const npm = `
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
appendFileSync("runs", "npm:" + process.argv[2] + " ");
if (process.env.OFFLINE) {
  console.error("npm error code ENOTFOUND");
  process.exit(1);
}
mkdirSync("node_modules/typescript/bin", { recursive: true });
writeFileSync("node_modules/typescript/bin/tsc", ${JSON.stringify(compiler)});
writeFileSync("node_modules/typescript/package.json", '{ "type": "module" }');
`;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "normlens-setup-"));
  for (const name of ["setup", "install", "build", "build-steps"])
    cpSync(join(scripts, `${name}.mjs`), at(`scripts/${name}.mjs`));
  write("tools/npm-cli.js", npm);
  write("tools/package.json", '{ "type": "module" }');
  write("package.json", '{ "type": "module" }');
  write(
    "package-lock.json",
    '{ "packages": { "": {}, "node_modules/a": { "version": "1.0.0" } } }',
  );
  write("tsconfig.build.json", "{}");
  write("src/index.ts", "export const one = 1;");
  write("src/cli/main.ts", "#!/usr/bin/env node");
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

const environment = () => ({ ...process.env, npm_execpath: at("tools/npm-cli.js") });

function setup(extra: Readonly<Record<string, string>> = {}, node: readonly string[] = []) {
  rmSync(at("runs"), { force: true });
  const env = { ...environment(), ...extra };
  const result = spawnSync(process.execPath, [...node, at("scripts/setup.mjs")], {
    env,
    timeout: 20_000,
  });
  const runs = existsSync(at("runs")) ? readFileSync(at("runs"), "utf8").trim() : "";
  return { status: result.status, out: `${result.stdout}`, told: `${result.stderr}`, runs };
}

const silent = { status: 0, out: "", told: "", runs: "" };

test("a fresh clone is installed and built, one line per stage; then nothing is left to do", () => {
  const first = setup();
  expect(first).toMatchObject({ status: 0, out: "", runs: "npm:ci tsc" });
  expect(first.told.replace(/\d+\.\d/, "N")).toBe(
    "normlens: installing the dependencies (npm ci)\n" +
      "normlens: building the library\nnormlens: ready after N s\n",
  );
  expect(setup()).toEqual(silent);
  if (process.platform !== "win32")
    expect(statSync(at("dist/cli/main.js")).mode & 0o111).toBe(0o111);
});

test("contents count, not dates", () => {
  setup();
  write("src/index.ts", "export const one = 1;");
  expect(setup()).toEqual(silent);
  write("src/index.ts", "export const one = 2;");
  expect(setup().runs).toBe("tsc");
  expect(readFileSync(at("dist/index.js"), "utf8")).toBe("export const one = 2;");
});

test("a missing result is built again, and a result without a source is removed", () => {
  setup();
  rmSync(at("dist/cli"), { recursive: true });
  write("dist/ops/gone.js", "");
  write("dist/ops/gone.d.ts", "");
  expect(setup().runs).toBe("tsc");
  expect(existsSync(at("dist/ops/gone.js"))).toBe(false);
  expect(existsSync(at("dist/ops/gone.d.ts"))).toBe(false);
  expect(existsSync(at("dist/cli/main.js"))).toBe(true);
});

test("a record that was cut off is built anew", () => {
  setup();
  write("dist/.build.json", '{ "library": "');
  expect(setup().runs).toBe("tsc");
  expect(setup()).toEqual(silent);
});

test("another lock file is installed, unless npm has done so already", () => {
  setup();
  const packages = { "node_modules/a": { version: "2.0.0" } };
  write("package-lock.json", JSON.stringify({ packages: { "": {}, ...packages } }));
  expect(setup().runs).toBe("npm:ci tsc");
  const more = { ...packages, "node_modules/b": { version: "1.0.0" } };
  write("package-lock.json", JSON.stringify({ packages: { "": {}, ...more } }));
  write("node_modules/.package-lock.json", JSON.stringify({ packages: more }));
  expect(setup().runs).toBe("tsc");
});

test("a failing build shows the tool's output and what to do, and is tried again", () => {
  setup();
  write("src/index.ts", "wrong");
  const failed = setup();
  expect(failed.status).toBe(1);
  expect(failed.told).toContain("src/index.ts(1,1): error TS1: wrong\n");
  expect(failed.told).toContain(
    "normlens: building the library failed; correct the file named above and run `npm run build`.\n",
  );
  write("src/index.ts", "export const one = 1;\n");
  expect(setup()).toMatchObject({ status: 0, runs: "tsc" });
});

test("a failing installation shows npm's output and what to do", () => {
  const failed = setup({ OFFLINE: "1" });
  expect(failed.status).toBe(1);
  expect(failed.told).toContain("npm error code ENOTFOUND\n");
  expect(failed.told).toContain(
    "normlens: installing the dependencies (npm ci) failed; check the network connection " +
      "(and the proxy or registry of `npm config list`), delete node_modules, and run the command again.\n",
  );
});

test("two at once: one builds, the other waits for it", async () => {
  setup();
  write("src/index.ts", "export const one = 3;");
  rmSync(at("runs"), { force: true });
  const ends = [0, 1].map(
    () =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [at("scripts/setup.mjs")], { env: environment() });
        child.on("close", resolve);
      }),
  );
  expect(await Promise.all(ends)).toEqual([0, 0]);
  expect(readFileSync(at("runs"), "utf8").trim()).toBe("tsc");
});

test("the lock of a process that died is taken over", () => {
  setup();
  const { pid } = spawnSync(process.execPath, ["--version"]);
  write("dist/.lock", String(pid));
  write("src/index.ts", "export const one = 4;");
  expect(setup()).toMatchObject({ status: 0, runs: "tsc" });
  expect(existsSync(at("dist/.lock"))).toBe(false);
});

test("the published package, which has no sources, is left alone", () => {
  rmSync(at("src"), { recursive: true });
  expect(setup()).toEqual(silent);
});

test.each([
  ["18.20.4", false],
  ["20.18.3", false],
  ["20.19.0", true],
  ["21.7.3", false],
  ["22.11.0", false],
  ["22.12.0", true],
  ["26.0.0", true],
])("Node %s is accepted: %s", (version, accepted) => {
  rmSync(at("src"), { recursive: true });
  write("old.cjs", `Object.defineProperty(process.versions, "node", { value: "${version}" });`);
  const message =
    `normlens: got Node ${version}, expected 20.19 or newer (22: 22.12 or newer); ` +
    "install a current version from https://nodejs.org and run the command again.\n";
  const result = setup({}, ["--require", at("old.cjs")]);
  expect(result).toEqual(accepted ? silent : { ...silent, status: 1, told: message });
});
