/** The report page in a real browser: everything is there in both languages and themes, nothing is said on the console,
 *  nothing is fetched, no rule of accessibility is broken. */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { exampleTimings } from "../report/fixture.js";
import { violations } from "./axe.js";
import { chromiumPath } from "./browser.js";
import { context, data, open, study, withBrowser, written } from "./opened.js";

/** Claims of which some deciding measure was taken: the others stand in a list of their own. */
const tested = data.claims.filter(({ evidence }) =>
  evidence.some((item) => item.primary && item.undecided !== "notMeasured"),
);
const texts = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).allInnerTexts();

describe.skipIf(chromiumPath === undefined)("the report page", () => {
  withBrowser();

  const titles = {
    en: [
      "What does batch normalisation do to the network “seed” on glyphs?",
      "What was compared",
      "What is said, and what was found",
      "How batch differs from none",
      "How they learned",
      "How they explain themselves",
      "What you can do",
      "How sure is this?",
      "How to repeat it",
    ],
    zh: [
      "批归一化对 glyphs 上的网络“seed”有什么影响？",
      "比较了什么",
      "人们怎么说，我们发现了什么",
      "batch 与 none 有何不同",
      "它们如何学习",
      "它们如何解释自己",
      "您能做什么",
      "有多确定？",
      "如何重复",
    ],
  } as const;

  test.each([
    [390, "light", "en"],
    [390, "dark", "zh"],
    [820, "dark", "en"],
    [1440, "light", "zh"],
  ] as const)("shows every section at %i pixels, %s, in %s", async (width, theme, language) => {
    const path = await written("report.html");
    const { page, said } = await open(
      path,
      { viewport: { width, height: 900 } },
      `#lang=${language}&theme=${theme}`,
    );
    for (const drawing of await page.locator(".drawing").all())
      await drawing.scrollIntoViewIfNeeded();
    await expect.poll(() => texts(page, "[id$=-title]")).toEqual(titles[language]);
    await expect
      .poll(() => page.locator("html").getAttribute("lang"))
      .toBe(language === "zh" ? "zh-Hans" : "en");
    await expect.poll(() => page.locator(".verdicts li").count()).toBe(tested.length);
    await expect.poll(() => page.locator(".claim").count()).toBe(tested.length);
    await expect
      .poll(() => page.locator(".finding .drawing svg").count())
      .toBe(data.answer.findings.length);
    await expect.poll(() => page.locator("#training .panels .drawing svg").count()).toBe(4);
    await expect.poll(() => page.locator("#training .part .drawing svg").count()).toBe(1);
    await expect.poll(() => page.locator("#maps canvas").count()).toBe(8 * (1 + 2 * 2));
    const overflow = await page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    expect(overflow).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(said).toEqual([]);
    await page.close();
  });

  test("with everything open breaks no rule of accessibility either", async () => {
    const { page } = await open(await written("report.html"));
    const closed = page.locator("details:not([open])");
    while ((await closed.count()) > 0)
      await page.evaluate(
        `for (const details of document.querySelectorAll("details:not([open])")) details.open = true;
         new Promise((resolve) => setTimeout(resolve, 200))`,
      );
    for (const panel of await page.locator(".pair-panel").all())
      await panel.scrollIntoViewIfNeeded();
    await expect
      .poll(() => page.locator(".pair-panel svg").count())
      .toBeGreaterThanOrEqual(data.contrasts.length);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test("changes language and theme, and remembers both", async () => {
    const path = await written("report.html");
    const window = await context({ locale: "zh-CN" });
    const page = await window.newPage();
    await page.goto(pathToFileURL(path).href);
    await expect.poll(() => page.locator("h1").textContent()).toBe(titles.zh[0]);
    await page.getByLabel("语言").selectOption("en");
    await page.getByLabel("Theme").selectOption("dark");
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    await expect.poll(() => ground()).toBe("rgb(19, 21, 25)");
    await page.reload();
    await expect.poll(() => page.locator("h1").textContent()).toBe(titles.en[0]);
    await expect.poll(() => ground()).toBe("rgb(19, 21, 25)");
    await window.close();
  });

  test("hands out the numbers and the drawing of a figure", async () => {
    const { page } = await open(await written("report.html"));
    const figure = page.locator("#effects figure").first();
    await figure.scrollIntoViewIfNeeded();
    const saved = async (name: string): Promise<string> => {
      const download = page.waitForEvent("download");
      await figure.getByRole("button", { name: new RegExp(`^Save as ${name}`) }).click();
      const found = await download;
      expect(found.suggestedFilename()).toBe(`forest-batch.${name.toLowerCase()}`);
      return readFile(await found.path(), "utf8");
    };
    const lines = (await saved("CSV")).split("\r\n");
    expect(lines[0]).toBe(
      'measure,none,batch,difference,95 % from,95 % to,standardised,share of pairs higher,p,"p, corrected",pairs,reading',
    );
    expect(lines.length).toBe(data.contrasts.length + 2);
    const accuracy = data.contrasts.find((c) => c.measure === "validationAccuracy");
    expect(lines.find((line) => line.startsWith("Validation accuracy"))).toContain(
      `,${accuracy?.baselineMean},${accuracy?.armMean},${accuracy?.difference},`,
    );
    const svg = await saved("SVG");
    expect(svg).toMatch(/^<\?xml[^>]*>\n<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).not.toMatch(/="var\(/);
    await page.close();
  });

  test("draws the numbers it was given", async () => {
    const { page } = await open(await written("report.html"), {
      viewport: { width: 1280, height: 900 },
    });
    await page.locator("#effects").scrollIntoViewIfNeeded();
    // Other figures of the section are drawn when they come near the window.
    const effects = await page.locator("#effects figure").first().locator("svg").innerHTML();
    for (const contrast of data.contrasts) {
      const title = data.measures.find((m) => m.name === contrast.measure)?.title.en ?? "missing";
      expect(effects).toContain(title.slice(0, 20));
    }
    await page.locator("#effects .figure-files summary").first().click();
    const row = page.locator("#effects tbody tr", { hasText: "Validation accuracy" });
    const accuracy = data.contrasts.find((c) => c.measure === "validationAccuracy");
    await expect
      .poll(() => row.locator("td").allInnerTexts())
      .toEqual([
        "95.3\u00a0%",
        "96.6\u00a0%",
        "+1.28\u00a0points",
        ...(accuracy?.interval ?? []).map((end) => `+${(100 * end).toFixed(2)}\u00a0points`),
        "2.88",
        "100\u00a0%",
        "0.002",
        "0.021",
        "10",
        "better",
      ]);
    await page.close();
  });

  test("draws what was tried for the arms, and what is left at equal accuracy", async () => {
    const tried = [0.001, 0.01, 0.1].map((value, i) => ({ value, accuracy: [0.9, 0.95, null][i] }));
    const tuning = ["none", "batch"].map((arm) => ({
      arm,
      setting: "learningRate" as const,
      tried,
      chosen: 0.01,
      atEdge: arm === "batch",
    }));
    const { page, said } = await open(
      await written("tuned.html", reportData({ ...study, tuning }, exampleTimings(study))),
    );
    const tuned = page.locator("#training .part").last();
    await tuned.scrollIntoViewIfNeeded();
    await expect.poll(() => tuned.locator(".drawing svg").count()).toBe(1);
    await expect
      .poll(() => tuned.locator("figcaption").textContent())
      .toContain("best of batch is");
    await tuned.locator("summary").click();
    await expect
      .poll(() => tuned.locator("tbody tr").allInnerTexts())
      .toEqual([
        "0.00100\t90.0\u00a0%\t90.0\u00a0%",
        "0.0100\t95.0\u00a0%\t95.0\u00a0%",
        "0.100\tdiverged\tdiverged",
      ]);
    const equal = page.locator("#sure .part").first();
    await equal.scrollIntoViewIfNeeded();
    const adjusted = data.claims.flatMap(({ evidence }) =>
      evidence.flatMap((item) =>
        item.primary && item.atEqualAccuracy && item.contrast?.arm === "batch"
          ? [item.measure]
          : [],
      ),
    );
    await equal.locator("summary").click();
    await expect.poll(() => equal.locator(".drawing svg").count()).toBe(1);
    await expect.poll(() => equal.locator("tbody tr").count()).toBe(new Set(adjusted).size);
    expect(said).toEqual([]);
    await page.close();
  });

  test("is reached by keyboard: the first stop skips to the answer, every stop shows where it is", async () => {
    const { page } = await open(await written("report.html"));
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe(
      "Skip to the answer",
    );
    const stops = new Set<string>();
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      stops.add(String(await page.evaluate("document.activeElement.tagName")));
      expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).not.toBe(
        "none",
      );
    }
    expect([...stops]).toEqual(expect.arrayContaining(["A", "SUMMARY"]));
    await page.close();
  });

  test("every picture has words", async () => {
    const { page } = await open(await written("report.html"));
    const labels = await page
      .locator("[role=img]")
      .evaluateAll((all) => all.map((e) => e.getAttribute("aria-label")));
    expect(labels.length).toBeGreaterThan(30);
    expect(labels.filter((label) => !label || label.length < 12)).toEqual([]);
    await page.close();
  });

  test("prints with everything open", async () => {
    const { page, said } = await open(await written("report.html"), { colorScheme: "dark" });
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    await page.emulateMedia({ media: "print" });
    await expect
      .poll(() => page.evaluate("getComputedStyle(document.body).backgroundColor"))
      .toBe("rgb(255, 255, 255)");
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await expect.poll(() => page.locator("details:not([open])").count()).toBe(0);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    await expect.poll(() => page.locator("details[open]").count()).toBe(0);
    expect(said).toEqual([]);
    await page.close();
  });
});
