/** What it costs to read a report: until it is seen, and while somebody scrolls through it, in headless Chromium. Times
 *  are those of the page's main thread, so that other programs do not count; first paints are by the clock.
 *
 *    node bench/reading.mjs REPORT.html [--json] */

import { statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** A turn of the wheel, in pixels; so many frames pass until the next. */
const STEP = 300;
const FRAMES = 2;

const [report, form] = process.argv.slice(2);
if (!report) {
  console.error("usage: node bench/reading.mjs REPORT.html [--json]");
  process.exit(2);
}
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const found = await reading(await browser.newPage({ viewport: { width: 1280, height: 900 } }));
  if (form === "--json") console.log(JSON.stringify(found));
  else
    for (const [name, value] of Object.entries(found)) console.log(`${name.padEnd(22)} ${value}`);
} finally {
  await browser.close();
}

async function reading(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  /** Milliseconds that the page's thread has worked. */
  const worked = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
  await page.goto(pathToFileURL(report).href);
  await page.locator(".finding .drawing svg, #setup").first().waitFor();
  await page.waitForTimeout(300);
  const open = await worked();
  const paints = await page.evaluate(() =>
    Object.fromEntries(performance.getEntriesByType("paint").map((e) => [e.name, e.startTime])),
  );
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const steps = [];
  for (let y = 0; y < height; y += STEP) {
    const before = await worked();
    await page.mouse.wheel(0, STEP);
    for (let frame = 0; frame < FRAMES; frame++)
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    steps.push((await worked()) - before);
  }
  steps.sort((a, b) => a - b);
  const ms = (value) => Number(value.toFixed(1));
  return {
    megabytes: Number((statSync(report).size / 1e6).toFixed(2)),
    firstPaintMs: ms(paints["first-paint"]),
    firstContentMs: ms(paints["first-contentful-paint"]),
    openMs: ms(open),
    pixels: height,
    scrollSteps: steps.length,
    medianStepMs: ms(steps[steps.length >> 1]),
    longestStepMs: ms(steps[steps.length - 1]),
    drawings: await page.locator(".drawing svg").count(),
  };
}
