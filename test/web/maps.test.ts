/** The section of explanations in a real browser: pixels, choices, scores. */
import { describe, expect, test } from "vitest";
import { chromiumPath } from "./browser.js";
import { data, open, withBrowser, written } from "./opened.js";

describe.skipIf(chromiumPath === undefined)("maps on the page", () => {
  withBrowser();

  test("a map's strongest pixel is the brightest, nought the darkest", async () => {
    const { page } = await open(await written("report.html"));
    const [first] = data.maps;
    const values = new Int8Array(Buffer.from(first.values, "base64"));
    const strongest = values.findIndex((v) => Math.abs(v) === 127);
    const nought = values.indexOf(0);
    const pixel = (p: number) =>
      page.evaluate(
        `(() => { const c = document.querySelectorAll("#maps .map-row canvas")[1];
          return [...c.getContext("2d").getImageData(${p % 28}, ${Math.floor(p / 28)}, 1, 1).data]; })()`,
      );
    await expect.poll(() => pixel(strongest)).toEqual([254, 232, 56, 255]);
    await expect.poll(() => pixel(nought)).toEqual([0, 34, 78, 255]);
    await page.close();
  });

  test("follows the choice of method, seed and what is shown", async () => {
    const { page, said } = await open(await written("report.html"));
    const label = () => page.locator("#maps canvas").nth(1).getAttribute("aria-label");
    await expect
      .poll(() => label())
      .toMatch(/^Saliency of validation image 0, class 0, arm none, seed 0: predicted 0/);
    await page.getByLabel("Method").selectOption("integratedGradients");
    await page.locator("#maps").getByLabel("Seed", { exact: true }).fill("7");
    await expect
      .poll(() => label())
      .toMatch(/^Integrated gradients of validation image 0, class 0, arm none, seed 7/);
    await page.getByText("Disagreement", { exact: true }).click();
    const spread = data.spreads.find((s) => s.method === "integratedGradients" && s.image === 0);
    await expect
      .poll(() => label())
      .toMatch(/^Disagreement, Integrated gradients of validation image 0, .*arm none: 10 seeds/);
    await expect.poll(() => label()).toContain(`${spread?.agreement.toPrecision(3)}`);
    await page.getByLabel("Image under the map").fill("4");
    expect(said).toEqual([]);
    await page.close();
  });

  test("tells what the maps score, over all of them and image by image", async () => {
    const { page, said } = await open(await written("report.html"));
    const maps = page.locator("#maps");
    const rows = maps.locator("table.scores tbody tr");
    const [deletion] = data.contrasts.filter(({ measure }) => measure === "deletion/saliency");
    const shown = (value: number | null) => value?.toPrecision(3);
    await expect.poll(() => rows.count()).toBe(3);
    await expect.poll(() => rows.first().locator("th").textContent()).toContain("Deletion AUC");
    await expect
      .poll(() => rows.first().locator("td").first().textContent())
      .toBe(`${shown(deletion.baselineMean)} → ${shown(deletion.armMean)} ◆ worse`);
    // Of the pictured images 0, 11 … 77 only the first and the last are among the explained 0, 7 … 203.
    await expect.poll(() => maps.locator(".map-scores").count()).toBe(2);
    await maps.locator(".map-scores summary").last().click();
    const table = maps.locator(".map-scores table");
    await expect
      .poll(() => table.locator("thead").textContent())
      .toContain("measureSaliency, noneSaliency, batchIntegrated gradients, none");
    const score = data.maps.find(
      ({ image, seed, arm, method }) =>
        image === 77 && seed === 0 && arm === "batch" && method === "saliency",
    )?.scores?.[0];
    await expect
      .poll(() => table.locator("tbody tr").first().locator("td").nth(1).textContent())
      .toBe(shown(score ?? null));
    expect(said).toEqual([]);
    await page.close();
  });

  test("points at one pixel in all maps of an image, by pointer and by arrow keys", async () => {
    const { page } = await open(await written("report.html"));
    const row = page.locator("#maps .map-row").first();
    await row.scrollIntoViewIfNeeded();
    await row
      .locator("canvas")
      .nth(1)
      .hover({ position: { x: 1, y: 1 } });
    await expect.poll(() => row.locator(".pointed").count()).toBe(5);
    await expect
      .poll(() => row.locator(".readout").textContent())
      .toMatch(
        /^Row 1, column 1, as shares of the strongest pixel: Saliency: none [+−]?[\d.]+, batch /,
      );
    await page.mouse.move(0, 0);
    await row.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => row.locator(".readout").textContent()).toContain("Row 16, column 15");
    await page.keyboard.press("Escape");
    await expect.poll(() => row.locator(".pointed").count()).toBe(0);
    await page.close();
  });
});
