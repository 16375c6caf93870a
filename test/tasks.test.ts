/** The pages of docs/tasks: every block of TypeScript is compiled and runs as it stands, the training first, in
 *  one folder. */

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const pages = fileURLToPath(new URL("../docs/tasks/", import.meta.url));
const library = new URL("../dist/index.js", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "normlens-tasks-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The pages, the one that makes the model first. */
const names = readdirSync(pages).sort((a, b) =>
  a === "train.md" ? -1 : b === "train.md" ? 1 : a < b ? -1 : 1,
);

const blocksOf = (name: string): string[] =>
  [...readFileSync(join(pages, name), "utf8").matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
    ([, code = ""]) => code,
  );

const under = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

test("types are sound under strict rules", async () => {
  for (const name of names)
    for (const [k, code] of blocksOf(name).entries())
      writeFileSync(join(folder, `${name}-${k}.mts`), code);
  const options = {
    target: "es2023",
    module: "nodenext",
    strict: true,
    types: ["node"],
    typeRoots: [under("node_modules/@types")],
    paths: { normlens: [under("dist/index.d.ts")] },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options }));
  const run = promisify(execFile)(process.execPath, [
    under("node_modules/typescript/bin/tsc"),
    "--project",
    folder,
  ]);
  await expect(run.catch(({ stdout }) => Promise.reject(new Error(stdout)))).resolves.toBeDefined();
}, 120_000);

test.each(names)(
  "%s",
  async (name) => {
    const blocks = blocksOf(name);
    expect(blocks.length).toBeGreaterThan(0);
    for (const k of blocks.keys()) {
      const file = join(folder, `${name}-${k}.mjs`); // as the compiler wrote it
      const code = readFileSync(file, "utf8");
      writeFileSync(file, code.replace('from "normlens"', `from ${JSON.stringify(library)}`));
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], {
        cwd: folder,
      });
      expect(stderr).toBe("");
      expect(stdout).not.toMatch(/NaN|^undefined$/m);
    }
  },
  120_000,
);
