/** The sections of units, probes and norms in a real browser: drawn, readable by keyboard, in both languages. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { writeReport } from "../../src/report/render.node.js";
import { exampleStudy } from "../report/fixture.js";
import { withInside } from "../report/inside.js";
import { violations } from "./axe.js";
import { chromiumPath, launch } from "./browser.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-inside-"));
const path = join(folder, "report.html");

describe.skipIf(chromiumPath === undefined)("inside the networks", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
    const study = withInside(exampleStudy({ config: { seeds: 6, epochs: 2, pictured: 1 } }));
    await writeReport(reportData(study), path);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["en", "zh"])("is drawn, without a word on the console, in %s", async (language) => {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    await page.goto(`${pathToFileURL(path).href}#lang=${language}`);
    for (const id of ["probes", "units", "microscope"]) {
      await page.locator(`#${id}`).scrollIntoViewIfNeeded();
      await page.locator(`#${id} .drawing svg`).first().waitFor();
    }
    await expect.poll(() => page.locator("#units .detector canvas").count()).toBe(2);
    await expect.poll(() => page.locator("#microscope canvas").count()).toBe(2);
    expect(await violations(page)).toEqual([]);
    expect(said).toEqual([]);
    await page.close();
  });

  test("maps of earlier moments by a slider, for the seed whose they are", async () => {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    await page.goto(pathToFileURL(path).href);
    const maps = page.locator("#maps");
    await maps.scrollIntoViewIfNeeded();
    const drawn = () => maps.locator(".map-row").first().locator("canvas").count();
    const atTheEnd = await drawn();
    const slider = maps.getByRole("slider", { name: "Training" });
    await expect.poll(() => slider.getAttribute("aria-valuetext")).toBe("at its end");
    await slider.fill("0");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).toBe("after epoch 1");
    // The image and two maps of saliency: of the other method nothing was kept.
    await expect.poll(() => drawn()).toBe(3);
    expect(atTheEnd).toBe(5);
    await maps.getByRole("slider", { name: "Seed" }).fill("1");
    await expect.poll(() => slider.count()).toBe(0);
    await expect.poll(() => drawn()).toBe(5);
    await page.close();
  });

  test("the microscope follows the pixel that the keyboard chooses, and another channel", async () => {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    await page.goto(pathToFileURL(path).href);
    const scope = page.locator("#microscope");
    await scope.scrollIntoViewIfNeeded();
    const title = scope.locator(".steps h3").first();
    const value = () => scope.locator(".steps").first().locator(".step b").allInnerTexts();
    await scope.locator(".slides").focus();
    for (const key of ["Escape", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"])
      await page.keyboard.press(key);
    for (let k = 0; k < 4; k++) await page.keyboard.press("ArrowLeft");
    await expect.poll(() => title.textContent()).toBe("The pixel in row 1, column 1");
    // The stored input is 0 there: x = 0, z = −μ/√(σ² + ε), y = γ·z + β.
    const deviation = Math.sqrt(0.04 + 1e-3);
    const z = -0.123457 / deviation;
    const shown = (number: number) => `= ${number.toPrecision(3).replace("-", "−")}`;
    await expect.poll(() => value()).toEqual(["= 0", shown(z), shown(1.1 * z - 0.2)]);
    await scope.getByRole("slider").fill("1");
    await expect.poll(() => scope.textContent()).toContain("s is negative");
    expect((await value())[2]).not.toBe(shown(1.1 * z - 0.2));
    await page.close();
  });
});
