/** The README's picture of a report: the answer, the forest plot and the maps of a finished study, in a 1180-pixel window.
 *
 *    node scripts/report-picture.mjs studies/quick/report.html docs/report.png
 *
 *  Needs a Chromium: CHROMIUM_PATH, or Debian's. */

import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, picture] = process.argv.slice(2);
if (!report || !picture) {
  console.error("usage: node scripts/report-picture.mjs REPORT.html PICTURE.png");
  process.exit(2);
}
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1180, height: 900 } });
await page.goto(pathToFileURL(report).href);
await page.addStyleTag({
  content: "#setup, #claims, #training, #noise, #pairs, #repeat { display: none !important }",
});
await page.waitForTimeout(800);
await page.screenshot({ path: picture, fullPage: true });
await browser.close();
