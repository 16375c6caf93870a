/** The pages of docs/tasks: every block of TypeScript runs as it stands, the training first, in one folder. */

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

test.each(names)(
  "%s",
  async (name) => {
    const text = readFileSync(join(pages, name), "utf8");
    const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
    expect(blocks.length).toBeGreaterThan(0);
    for (const [k, code] of blocks.entries()) {
      const file = join(folder, `${name}-${k}.mjs`);
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
