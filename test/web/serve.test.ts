/** A served folder in a real browser: the list, a report from it, a study that cannot be read, the empty page of a web
 *  server with the data beside it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pageTemplate } from "../../src/report/render.node.js";
import { type ServedFolder, serveStudies } from "../../src/report/serve.node.js";
import { studyText } from "../../src/study/store.js";
import { RESULT_VERSION } from "../../src/study/version.js";
import { exampleStudy } from "../report/fixture.js";
import { violations } from "./axe.js";
import { chromiumPath, launch } from "./browser.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-served-"));

describe.skipIf(chromiumPath === undefined)("a served folder", () => {
  let browser: Browser;
  let served: ServedFolder;
  beforeAll(async () => {
    const study = exampleStudy({ config: { seeds: 2, epochs: 1 } });
    for (const name of ["one", "<b>two", "broken"]) mkdirSync(join(folder, name));
    for (const name of ["one", "<b>two"])
      writeFileSync(
        join(folder, name, "study.json"),
        studyText({ ...study, version: RESULT_VERSION }),
      );
    writeFileSync(join(folder, "broken", "study.json"), "[]");
    served = await serveStudies(folder);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("lists its studies and opens them", async () => {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    await page.goto(`${served.url}#lang=en`);
    await expect.poll(() => page.locator("h1").textContent()).toBe("Studies");
    await expect
      .poll(() => page.locator("li strong").allInnerTexts())
      .toEqual(["<b>two", "broken", "one"]);
    await expect.poll(() => page.locator("li").nth(1).textContent()).toContain("cannot be read");
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Language").selectOption("zh");
    await expect.poll(() => page.locator("h1").textContent()).toBe("研究");
    await page.getByText("<b>two").click();
    await page.locator("#answer-title").waitFor();
    await expect.poll(() => page.locator("h1").textContent()).toContain("批归一化");
    expect(said).toEqual([]);
    await page.goBack();
    await page.getByText("broken").click();
    await page.getByRole("alert").waitFor();
    await expect.poll(() => page.locator("h1").textContent()).toBe("无法读取这项研究。");
    await expect.poll(() => page.locator("main").textContent()).toContain("study.json");
    await page.close();
  });

  test("gives the data that an empty page on any server shows", async () => {
    const page = await browser.newPage();
    const template = await pageTemplate();
    await page.route("**/elsewhere/", (route) =>
      route.fulfill({ contentType: "text/html", body: template }),
    );
    const json = await (await fetch(`${served.url}one/report.json`)).text();
    await page.route("**/elsewhere/report.json", (route) =>
      route.fulfill({ contentType: "application/json", body: json }),
    );
    await page.goto(`${served.url}elsewhere/#lang=en`);
    await expect
      .poll(() => page.locator("h1").textContent())
      .toBe("What does batch normalisation do to the network “seed” on glyphs?");
    await page.unroute("**/elsewhere/report.json");
    await page.reload();
    await expect.poll(() => page.locator("h1").textContent()).toContain("This page holds no study");
    await page.close();
  });
});
