/** Reports that tests open in a browser: files of the example study, and everything that a page says or asks for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { reportData } from "../../src/report/build.js";
import { writeReport } from "../../src/report/render.node.js";
import { exampleStudy, exampleTimings } from "../report/fixture.js";
import { chromiumPath, launch, noChromium } from "./browser.js";

if (chromiumPath === undefined) process.stderr.write(`test/web: ${noChromium}\n`);

export const study = exampleStudy();
export const data = reportData(study, exampleTimings(study));
export const folder = mkdtempSync(join(tmpdir(), "normlens-web-"));
let browser: Browser;

/** The browser of a file of tests, for as long as it runs. */
export function withBrowser(): void {
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

/** A browser window of its own, which remembers for itself. */
export const context = (options: Parameters<Browser["newContext"]>[0]) =>
  browser.newContext(options);

/** Opens a file and keeps what the page says and asks for. */
export async function open(
  path: string,
  options: Parameters<Browser["newPage"]>[0] = {},
  hash = "",
): Promise<{ page: Page; said: string[] }> {
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
export async function written(name: string, content = data): Promise<string> {
  const path = join(folder, name);
  await writeReport(content, path);
  return path;
}
