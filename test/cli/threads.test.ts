/** `--threads` changes no number that a command writes. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { writeIdx } from "../../src/formats/idx.js";
import { random } from "../../src/tensor/random.js";
import { normlens } from "./run.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-threads-"));
afterAll(() => rmSync(folder, { recursive: true }));
const golden = fileURLToPath(new URL("../golden/onnx/seed.onnx", import.meta.url));

const stream = random("pictures");
const bytes = Uint8Array.from({ length: 3 * 784 }, () => stream.below(256));
writeFileSync(join(folder, "three.idx"), writeIdx({ shape: [3, 28, 28], data: bytes }));

const scored = ["--validation-images", "40", "--explained", "4"];
const measures = ["--measures", "calibrationError,fgsmAccuracy,statisticsGap,deletion/saliency"];
const commands: Readonly<Record<string, readonly string[]>> = {
  explain: [golden, "three.idx#0-2", "--method", "saliency,rise,lrpEpsilon", "--samples", "20"],
  audit: [golden, "--images", "12", "--maps", "2"],
  evaluate: [golden, ...scored, ...measures],
  compare: [golden, golden, ...scored, ...measures, "--method", "saliency,gradCam"],
};

test("explain in fused arithmetic says so", async () => {
  const asked = async (...more: string[]) => {
    const args = ["explain", golden, "three.idx#0", "--method", "saliency", "--json", ...more];
    const { code, out, err } = await normlens(args, { cwd: folder });
    expect([code, err.includes("wrong")]).toEqual([0, false]);
    return out;
  };
  expect(await asked("--arithmetic", "fused")).toContain('"arithmetic":"fused"');
  expect(await asked()).not.toContain('"arithmetic"');
});

test.each(Object.entries(commands))("%s", async (name, args) => {
  const [one, three] = await Promise.all(
    ["1", "3"].map(async (threads) => {
      const cwd = mkdtempSync(join(folder, `${name}-`));
      const given = args.map((arg) => (arg.startsWith("three") ? join(folder, arg) : arg));
      const asked = [name, ...given, "--threads", threads, "--out", "out"];
      const { code, err } = await normlens(asked, { cwd });
      expect([code, err]).toEqual([0, ""]);
      return readdirSync(join(cwd, "out")).map((file) => [
        file,
        readFileSync(join(cwd, "out", file), "latin1").replace(`--threads ${threads}`, ""),
      ]);
    }),
  );
  expect(one.length).toBeGreaterThan(0);
  expect(three).toEqual(one);
});
