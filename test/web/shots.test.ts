/** Pictures of the whole page for people to look at: SHOTS=folder npx vitest run test/web/shots.test.ts */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { writeReport } from "../../src/report/render.node.js";
import { exampleStudy, exampleTimings } from "../report/fixture.js";
import { launch } from "./browser.js";

const folder = process.env.SHOTS ?? "";

test.skipIf(folder === "")("the page at three widths, light and dark", async () => {
  const study = exampleStudy();
  const path = join(folder, "report.html");
  await writeReport(reportData(study, exampleTimings(study)), path);
  const deep = exampleStudy({
    config: { arms: ["none", "batch", "group", "layer"], seeds: 6, model: { name: "resnet8" } },
  });
  await writeReport(reportData(deep), join(folder, "deep.html"));
  const browser = await launch();
  try {
    for (const [width, colorScheme] of [
      [390, "light"],
      [390, "dark"],
      [820, "light"],
      [1440, "light"],
      [1440, "dark"],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      page.on("console", (message) => console.log(message.text()));
      page.on("pageerror", (error) => console.log(error.message));
      await page.goto(pathToFileURL(path).href);
      await page.screenshot({ path: join(folder, `${width}-${colorScheme}.png`), fullPage: true });
      await page.close();
    }
  } finally {
    await browser.close();
  }
});
