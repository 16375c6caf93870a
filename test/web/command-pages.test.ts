/** The pages of explain, audit, evaluate and compare in a window as narrow as a phone's. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Page, pageHtml } from "../../src/cli/explain-page.js";
import { writePng } from "../../src/formats/png-write.node.js";
import { chromiumPath, launch } from "./browser.js";

const grey = writePng(new Uint8Array(3 * 64).fill(99), 8, 8);
const cell = { overlay: grey, map: grey, notes: ["up to 1"] };
const columns = ["Saliency", "Grad-CAM"].map((title) => ({
  title,
  scale: "sequential" as const,
  ends: ["least", "most"] as const,
  notes: [],
}));
const content: Page = {
  title: "A page",
  subtitle: "of a test",
  lead: ["With --preprocess imagenet it does better."],
  columns,
  rows: [{ title: "a.png", notes: ["recognised"], image: grey, cells: [cell, cell] }],
  tables: [
    {
      title: "The model",
      note: "",
      head: ["measure", "value"],
      rows: [["Calibration error after temperature scaling ↓", "12.3 %"]],
    },
    {
      title: "Maps",
      note: "",
      head: ["maps", ...Array.from({ length: 9 }, (_, k) => `method ${k}`)],
      rows: [["Region perturbation, least relevant first", ...new Array(9).fill("0.1234")]],
    },
  ],
  command: "normlens explain a.png",
};

describe.skipIf(chromiumPath === undefined)("390 pixels", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test("values stand beside their names, which stay when a table scrolls; a whole map is seen", async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.setContent(pageHtml(content));
    const box = async (selector: string) =>
      (await page.locator(selector).boundingBox()) ?? { x: Number.NaN, width: Number.NaN };
    const value = await box("td:text('12.3 %')");
    expect(value.x + value.width).toBeLessThan(390);
    // A table of two columns takes the room that there is.
    expect(value.x + value.width).toBeGreaterThan(300);
    const name = "td:text('Region perturbation')";
    const before = await box(name);
    await page
      .locator(".numbers")
      .nth(1)
      .evaluate((table) => table.scrollBy(200, 0));
    expect((await box(name)).x).toBe(before.x);
    const map = await box("td img.overlay >> nth=0");
    expect(map.x + map.width).toBeLessThan(390);
    const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(scrolled).toBe(390);
    const option = page.locator("span:text('--preprocess')");
    expect(await option.evaluate((span) => span.getClientRects().length)).toBe(1);
  });
});
