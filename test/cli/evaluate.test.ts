/** `normlens evaluate`, `compare` and `convert`, run as a user does. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { glyphs } from "../../src/data/glyphs/glyphs.js";
import { normlens } from "./run.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-evaluate-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const golden = fileURLToPath(new URL("../golden/onnx/seed.onnx", import.meta.url));
const few = ["--validation-images", "40", "--explained", "4", "--maps", "2"];
const measures = ["--measures", "calibrationError,scaledCalibrationError,sparseness/saliency"];

test("evaluate: lines, a page with the diagram and the maps, JSON", async () => {
  const out = at("evaluation");
  const args = ["evaluate", golden, ...few, ...measures, "--method", "saliency", "--out", out];
  const shown = await normlens(args);
  expect([shown.code, shown.err]).toEqual([0, ""]);
  expect(shown.out).toMatch(/accuracy \d+\.\d % of 40 images of glyphs; loss/);
  expect(shown.out).toMatch(/Calibration error ↓ +\d+\.\d %/);
  expect(shown.out).toMatch(/maps +Saliency +random/);
  expect(shown.out).toMatch(/Sparseness ↑ +0\.\d+/);
  const page = readFileSync(join(out, "evaluation.html"), "utf8");
  expect(page).toContain('aria-label="reliability diagram"');
  expect(page.match(/<tr><th scope="row">/g)?.length).toBe(2);
  expect(page).not.toMatch(/NaN|undefined/);
  const { code, out: json } = await normlens([...args, "--json"]);
  const found = JSON.parse(json);
  expect(code).toBe(0);
  expect(found.classes.reduce((sum: number, c: { images: number }) => sum + c.images, 0)).toBe(40);
  const right = found.classes.reduce((sum: number, c: { right: number }) => sum + c.right, 0);
  expect(right / 40).toBeCloseTo(found.accuracy, 12);
  expect(found.results["sparseness/saliency"].images.length).toBe(4);
  expect(JSON.parse(readFileSync(join(out, "evaluation.json"), "utf8")).accuracy).toBe(
    found.accuracy,
  );
});

test("evaluate doubts the pixels at once, and says so again at the end", async () => {
  const wrong = ["--preprocess", "scale=1/255; mean=100", ...few, ...measures];
  const { code, out } = await normlens(["evaluate", golden, ...wrong, "--out", at("doubts")]);
  expect(code).toBe(0);
  const lines = out.split("\n");
  const doubts = lines.flatMap((line, i) => (line.startsWith("! ") ? [i] : []));
  expect(doubts.length).toBe(2);
  expect(doubts[0]).toBe(1 + lines.findIndex((line) => line.startsWith("model ")));
  expect(doubts[0]).toBeLessThan(lines.findIndex((line) => line.startsWith("accuracy ")));
  expect(doubts[1]).toBeGreaterThan(lines.findIndex((line) => line.startsWith("Sparseness ")));
});

test("audit doubts the pixels, too, on its page as well", async () => {
  const out = at("audited");
  const wrong = ["--preprocess", "scale=1/255; mean=100", "--images", "24", "--maps", "1"];
  const { code, out: text } = await normlens(["audit", golden, ...wrong, "--out", out]);
  expect(code).toBe(0);
  expect(text).toMatch(/^pixels .*\n! .*(images are taken for|better than by chance|probably not)/);
  const page = readFileSync(join(out, "audit.html"), "utf8");
  expect(page).toMatch(/<p class="lead">! .*preprocess/);
  const { labels } = glyphs({ seed: 0, train: 1, validation: 1 }).validation;
  expect(page).toContain(`<strong>${labels[0]}</strong><p>predicted `);
});

test("a measure that there is not is refused before anything is read", async () => {
  const asked = async (measures: string) =>
    (await normlens(["evaluate", "none.onnx", "--measures", measures])).err;
  expect(await asked("calibrationEror")).toMatch(/; did you mean calibrationError\?\n$/);
  expect(await asked("deletion/gradCamm")).toMatch(/; did you mean gradCam\?\n$/);
  expect(await asked("deletion")).toContain("none.onnx");
});

test("fold, then compare: the same function, and what moved", async () => {
  const folded = at("folded.onnx");
  expect((await normlens(["fold", golden, "-o", folded, "--opset", "newest"])).code).toBe(0);
  const methods = ["--method", "saliency,excitationBackpropagation"];
  const out = at("comparison");
  const shown = await normlens(
    ["compare", golden, folded, ...few, ...measures.slice(0, 1), "calibrationError"].concat(
      methods,
      "--out",
      out,
    ),
  );
  expect([shown.code, shown.err]).toEqual([0, ""]);
  expect(shown.out.replace(/\s+/g, " ")).toContain("The same function: logits differ by at most");
  expect(shown.out).toContain("predictions agree on 100.0 % of 40 images of glyphs");
  expect(shown.out).toMatch(/Saliency +1\.00 +1\.00 +1\.00/);
  const page = readFileSync(join(out, "comparison.html"), "utf8");
  for (const column of ["Saliency, A", "Saliency, B", "Excitation backpropagation, B"])
    expect(page).toContain(column);
});

test("compare: doubts of either model at once and at the end; measures of maps on the page alone", async () => {
  const raw = at("raw.onnx");
  const wrong = ["--preprocess", "scale=1/255; mean=100"];
  expect((await normlens(["convert", golden, "-o", raw, ...wrong])).code).toBe(0);
  const args = ["compare", golden, raw, ...few, "--method", "saliency", "--out", at("doubtful")];
  const { code, out } = await normlens(args);
  expect(code).toBe(0);
  const lines = out.split("\n");
  const places = lines.flatMap((line, i) => (/^! B: /.test(line) ? [i] : []));
  expect(places.length).toBe(2);
  expect(places[0]).toBeLessThan(lines.findIndex((line) => line.startsWith("predictions agree")));
  expect(out).toMatch(/and \d+ of maps on the page; --measures names those to show here/);
  expect(out).not.toContain("Sparseness");
  const page = readFileSync(at("doubtful/comparison.html"), "utf8");
  expect(page).toContain("Sparseness ↑, Saliency");
  expect(page).toContain("B: ");
  const named = await normlens([...args, "--measures", "sparseness/saliency"]);
  expect(named.out).toContain("Sparseness ↑, Saliency");
});

test("convert: every kind of file, checked by reading it again; what cannot be asked", async () => {
  for (const ending of ["onnx", "safetensors", "json"]) {
    const file = at(`copy.${ending}`);
    const { code, out } = await normlens(["convert", golden, "-o", file]);
    expect([code, existsSync(file)]).toEqual([0, true]);
    expect(out).toContain(ending === "json" ? "without their numbers" : "logits differ by nothing");
    expect(out).toContain(
      ending === "json"
        ? `next     normlens inspect ${golden} --draw ${at("copy.svg")} `
        : `next     normlens evaluate ${file} --data NAME `,
    );
  }
  const again = at("again.onnx");
  await normlens(["convert", at("copy.safetensors"), "-o", again]);
  expect(readFileSync(again)).toEqual(readFileSync(at("copy.onnx")));
  const none = await normlens(["convert", golden]);
  expect([none.code, none.err]).toEqual([
    2,
    "normlens: wrong option: convert: got no file to write, expected one with -o: -o model.onnx\n",
  ]);
  const pixels = await normlens(["convert", golden, "-o", again, "--preprocess", "signed"]);
  expect(pixels.out).toContain(
    "pixels   scale=1/255; mean=0.5; std=0.5; channels=rgb, as the file",
  );
  for (const command of ["convert", "fold"]) {
    const same = await normlens([command, "again.onnx", "-o", "./again.onnx"], { cwd: folder });
    expect([same.code, same.err]).toEqual([
      2,
      `normlens: wrong option: ${command}: got ./again.onnx as output, expected another file than the model itself\n`,
    ]);
  }
  const other = await normlens(["convert", golden, "-o", at("model.h5")]);
  expect(other.code).toBe(2);
  expect(other.err).toContain("expected a file in .safetensors, .onnx, .json");
});
