/** The report page in a real browser: everything is there in both languages and themes, nothing is said on the console,
 *  nothing is fetched, no rule of accessibility is broken. */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { writeReport } from "../../src/report/render.node.js";
import { REPORT_VERSION } from "../../src/report/report-data.js";
import { normlens } from "../cli/run.js";
import { exampleStudy, exampleTimings } from "../report/fixture.js";
import { violations } from "./axe.js";
import { chromiumPath, launch, noChromium } from "./browser.js";

if (chromiumPath === undefined) process.stderr.write(`test/web: ${noChromium}\n`);

const folder = mkdtempSync(join(tmpdir(), "normlens-web-"));
const study = exampleStudy();
const data = reportData(study, exampleTimings(study));
/** Claims of which some deciding measure was taken: the others stand in a list of their own. */
const tested = data.claims.filter(({ evidence }) =>
  evidence.some((item) => item.primary && item.undecided !== "notMeasured"),
);
let browser: Browser;

/** Opens a file and keeps what the page says and asks for. */
async function open(path: string, options: Parameters<Browser["newPage"]>[0] = {}, hash = "") {
  const page = await browser.newPage(options);
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => {
    said.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) said.push(request.url());
  });
  await page.goto(`${pathToFileURL(path).href}${hash}`);
  return { page, said };
}

async function written(name: string, content = data): Promise<string> {
  const path = join(folder, name);
  await writeReport(content, path);
  return path;
}

const texts = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).allInnerTexts();

describe.skipIf(chromiumPath === undefined)("the report page", () => {
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

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
    const context = await browser.newContext({ locale: "zh-CN" });
    const page = await context.newPage();
    await page.goto(pathToFileURL(path).href);
    await expect.poll(() => page.locator("h1").textContent()).toBe(titles.zh[0]);
    await page.getByLabel("语言").selectOption("en");
    await page.getByLabel("Theme").selectOption("dark");
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    await expect.poll(() => ground()).toBe("rgb(19, 21, 25)");
    await page.reload();
    await expect.poll(() => page.locator("h1").textContent()).toBe(titles.en[0]);
    await expect.poll(() => ground()).toBe("rgb(19, 21, 25)");
    await context.close();
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

  test("hostile names are text", async () => {
    const name = '</script><script>alert("x")</script>';
    const hostile = exampleStudy({
      config: {
        seeds: 6,
        epochs: 2,
        arms: ["none", { name: "<b onmouseover=alert(1)>", norm: "batch" }],
      },
      name,
      classes: Array.from({ length: 10 }, (_, i) => `<img src=x onerror=alert(${i})>`),
    });
    const { page, said } = await open(await written("hostile.html", reportData(hostile)));
    await expect.poll(() => page.locator("img").count()).toBe(0);
    await expect.poll(() => page.locator("b[onmouseover]").count()).toBe(0);
    await expect.poll(() => page.locator("h1").textContent()).toContain(name);
    await expect.poll(() => page.title()).toContain(name);
    await expect
      .poll(() => page.locator("#setup").textContent())
      .toContain("<img src=x onerror=alert(9)>");
    await expect
      .poll(() => page.locator("#effects h2").textContent())
      .toContain("<b onmouseover=alert(1)>");
    expect(said).toEqual([]);
    await page.close();
  });

  test("other designs: three arms, one arm", async () => {
    const three = exampleStudy({
      config: { seeds: 6, epochs: 2, arms: ["none", "batch", "group"] },
    });
    const { page, said } = await open(await written("three.html", reportData(three)));
    await page.locator("#effects").getByLabel("Compared arm").selectOption("group");
    await expect
      .poll(() => page.locator("#effects h2").textContent())
      .toBe("How group differs from none");
    await page.close();
    const one = exampleStudy({ config: { seeds: 2, epochs: 2, arms: ["batch"] } });
    const alone = await open(await written("one.html", reportData(one)));
    await expect.poll(() => alone.page.locator(".claim").count()).toBe(0);
    await expect
      .poll(() => alone.page.locator("#claims summary").textContent())
      .toMatch(/^\d+ published claims that this study cannot judge/);
    await expect.poll(() => alone.page.locator("#remedies").count()).toBe(0);
    expect([...said, ...alone.said]).toEqual([]);
    await alone.page.close();
  });

  test("the report of a real study, from the command line", async () => {
    const out = join(folder, "real");
    const { code } = await normlens(["study", "--preset", "smoke", "--out", out]);
    expect(code).toBe(0);
    const { page, said } = await open(join(out, "report.html"));
    await expect.poll(() => page.locator(".caution").textContent()).toContain("Pairs of 2 seeds");
    await expect.poll(() => page.locator(".claim.inconclusive").count()).toBeGreaterThanOrEqual(6);
    await expect.poll(() => page.locator("#maps canvas").count()).toBeGreaterThanOrEqual(3 * 3);
    expect(said).toEqual([]);
    await page.close();
  });

  test("damaged and foreign data give a message, not a blank page, in both languages", async () => {
    const whole = await readFile(await written("report.html"), "utf8");
    const remedies = {
      en: "Rebuild the report with normlens report FOLDER",
      zh: "请用 normlens report FOLDER",
    };
    const version = `"version":${REPORT_VERSION}`;
    const cases = [
      [
        whole.replace(version, '"version":9'),
        `The data in this file has version 9, and this page shows version ${REPORT_VERSION}: it was made by a newer NormLens.`,
        `文件中的数据是版本 9，而本页显示版本 ${REPORT_VERSION}：数据由较新的 NormLens 生成。`,
      ],
      [
        whole.replace(version, '"version":1'),
        `The data in this file has version 1, and this page shows version ${REPORT_VERSION}: it was made by an older NormLens.`,
        `文件中的数据是版本 1，而本页显示版本 ${REPORT_VERSION}：数据由较旧的 NormLens 生成。`,
      ],
      [
        whole.replace(version, '"version":'),
        "The study in this file is damaged: it is not valid JSON.",
        "文件中的研究数据已损坏：不是有效的 JSON。",
      ],
      [
        whole.replace('"normlens-report"', '"other"'),
        "The data in this file is not a NormLens report.",
        "文件中的数据不是 NormLens 报告。",
      ],
      [
        whole.replace('"claims":[', '"claim":['),
        "The study in this file is damaged: parts of it are missing or wrong.",
        "文件中的研究数据已损坏：部分内容缺失或有误。",
      ],
      [
        whole.replace(/("contrasts":\[\{"measure":)"\w+"/, '$1"unheard-of"'),
        "This report cannot be drawn.",
        "无法绘制这份报告。",
      ],
    ] as const;
    for (const [html, en, zh] of cases) {
      const path = join(folder, "damaged.html");
      await writeFile(path, html);
      for (const [language, message] of Object.entries({ en, zh })) {
        const { page } = await open(path, {}, `#lang=${language}`);
        await expect.poll(() => page.locator("h1").textContent()).toBe(message);
        await expect
          .poll(() => page.locator("main").textContent())
          .toContain(remedies[language as "en" | "zh"]);
        expect(await violations(page)).toEqual([]);
        await page.close();
      }
    }
  });

  test("a file that was cut off says so without the page's program", async () => {
    const whole = await readFile(await written("report.html"), "utf8");
    const path = join(folder, "cut.html");
    await writeFile(path, whole.slice(0, whole.indexOf('"normlens-report"') + 20_000));
    const { page } = await open(path);
    await expect.poll(() => page.locator("#page").textContent()).toContain("incomplete");
    await page.close();
  });
});
