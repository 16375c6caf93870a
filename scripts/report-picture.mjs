/** The README's pictures of a report, each some sections of a finished study in a window of its own.
 *
 *    node scripts/report-picture.mjs studies/quick/report.html docs
 *
 *  Needs a Chromium: CHROMIUM_PATH, or Debian's. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** What each picture shows: a section, how wide and how high at most, in which theme and language. */
const pictures = {
  "report-answer": { section: "answer", width: 1180, height: 1020, theme: "light", lang: "en" },
  "report-claims": { section: "claims", width: 1100, height: 980, theme: "light", lang: "en" },
  "report-maps": { section: "maps", width: 1100, height: 760, theme: "dark", lang: "en" },
  "report-zh": { section: "answer", width: 430, height: 900, theme: "light", lang: "zh" },
};

const [report, folder] = process.argv.slice(2);
if (!report || !folder) {
  console.error("usage: node scripts/report-picture.mjs REPORT.html FOLDER");
  process.exit(2);
}
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const [name, { section, width, height, theme, lang }] of Object.entries(pictures)) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(`${pathToFileURL(report).href}#lang=${lang}&theme=${theme}`);
  await page.addStyleTag({ content: `main > section:not(#${section}), footer { display: none }` });
  await page.addStyleTag({ content: ".contents ul { scrollbar-width: none }" });
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
await browser.close();
