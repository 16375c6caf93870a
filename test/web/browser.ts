/** The system's Chromium, started for tests without any traffic of its own. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Path of a Chromium, or undefined. */
export const chromiumPath = places.find((path) => path !== undefined && existsSync(path));

export const noChromium =
  "skipped: no Chromium at CHROMIUM_PATH, /usr/bin/chromium, chromium-browser or google-chrome";

export function launch(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(noChromium);
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
