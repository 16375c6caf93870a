/** Reports that are not like the example: hostile, of other designs, real, damaged, cut off. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { REPORT_VERSION } from "../../src/report/report-data.js";
import { normlens } from "../cli/run.js";
import { exampleStudy } from "../report/fixture.js";
import { violations } from "./axe.js";
import { chromiumPath } from "./browser.js";
import { folder, open, withBrowser, written } from "./opened.js";

describe.skipIf(chromiumPath === undefined)("other reports", () => {
  withBrowser();

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
