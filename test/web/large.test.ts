/** The report of a study of two hundred trials: small enough to hand on, drawn only where somebody looks, and never at
 *  the expense of scrolling. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { writeReport } from "../../src/report/render.node.js";
import { concludeStudy } from "../../src/study/conclude.js";
import type { Conclusions, Contrast } from "../../src/study/conclusions.js";
import type { Study } from "../../src/study/types.js";
import { exampleStudy } from "../report/fixture.js";
import { chromiumPath, launch } from "./browser.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-large-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The example with the trials and pairs of ten seeds ten times over: as large as if they had been made one by one. */
function large(): { study: Study; conclusions: Conclusions } {
  const small = exampleStudy({ config: { epochs: 20 } });
  const found = concludeStudy(small);
  const seeds = Array.from({ length: 100 }, (_, seed) => seed);
  const stretched = (contrast: Contrast): Contrast => ({
    ...contrast,
    pairs: seeds.map((seed) => ({ ...contrast.pairs[seed % 10], seed })),
  });
  const trials = seeds.flatMap((seed) =>
    small.trials.filter((trial) => trial.seed === seed % 10).map((trial) => ({ ...trial, seed })),
  );
  return {
    study: { ...small, config: { ...small.config, seeds }, trials },
    conclusions: { ...found, contrasts: found.contrasts.map(stretched) },
  };
}

test("two hundred trials", async () => {
  const { study, conclusions } = large();
  expect(study.trials.length).toBe(200);
  const path = join(folder, "report.html");
  await writeReport(reportData(study, [], conclusions), path);
  expect(statSync(path).size).toBeLessThan(15e6);
  if (chromiumPath === undefined) return;
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(pathToFileURL(path).href);
    await page.locator("#maps canvas").first().waitFor();
    // Far below the window nothing is drawn, and folded parts are not even made.
    await expect.poll(() => page.locator("#training svg path").count()).toBe(0);
    await expect.poll(() => page.locator(".pair-panel").count()).toBe(0);
    await expect.poll(() => page.locator("#maps canvas").count()).toBe(8 * (1 + 2 * 2));
    await expect.poll(() => page.locator("*").count()).toBeLessThan(2500);
    await page.locator("#training").scrollIntoViewIfNeeded();
    await page.locator("#training svg path").first().waitFor({ state: "attached" });
    const lines = await page.locator("#training .panels svg").first().locator("path").count();
    expect(lines).toBeGreaterThanOrEqual(200);
  } finally {
    await browser.close();
  }
  // Of the page's own thread, so that a busy machine does not fail it: measured were 360 ms and 45 ms.
  const bench = fileURLToPath(new URL("../../bench/reading.mjs", import.meta.url));
  const env = { ...process.env, CHROMIUM_PATH: chromiumPath };
  const said = execFileSync(process.execPath, [bench, path, "--json"], { env, encoding: "utf8" });
  const found: Record<string, number> = JSON.parse(said);
  expect(found.openMs).toBeLessThan(1000);
  expect(found.drawings).toBeGreaterThan(15);
  expect(found.longestStepMs).toBeLessThan(150);
});
