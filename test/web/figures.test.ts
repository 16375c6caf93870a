/** The report's figures as SVG, compared with the files beside this test. After a change that is meant, look at
 *  `npx vite --open /test/web/gallery/` and write them again with `npx vitest run test/web/figures.test.ts -u`. */
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { logTicks } from "../../web/figures/ticks.js";
import { figures } from "./gallery/figures.js";

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** One element per line, places to a hundredth of a pixel; what is read stays as it is. */
const readable = (svg: string): string =>
  `${svg.replace(/(?<![>\d.-])-?\d+\.\d{3,}/g, (number) => `${Number(Number(number).toFixed(2))}`).replaceAll("><", ">\n<")}\n`;

test.each(Object.entries(figures))("%s", async (name, { width, draw }) => {
  const drawn = draw({ width, document }).outerHTML;
  expect(drawn).toMatch(/^<svg /);
  expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
  await expect(readable(drawn)).toMatchFileSnapshot(
    `./gallery/${name.replace(/[^\w]+/g, "-")}.svg`,
  );
});

describe("ticks on a logarithmic scale", () => {
  test.each([
    [0.9, 1100, [1, 10, 100, 1000]],
    [0.02, 0.5, [0.03, 0.1, 0.3]],
    [2, 9, [2, 3, 5, 7]],
  ])("from %d to %d", (low, high, expected) => {
    expect(logTicks(low, high)).toEqual(expected);
  });
});
