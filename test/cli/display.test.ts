/** The terminal's pieces: words, bars, curves, suggestions. */
import { PassThrough } from "node:stream";
import type { WriteStream } from "node:tty";
import { describe, expect, test } from "vitest";
import { chart, resampled } from "../../src/cli/display/chart.js";
import { tableLines } from "../../src/cli/display/table.js";
import { terminal, visible } from "../../src/cli/display/terminal.js";
import { bar, columns, duration, timeLeft, wrap } from "../../src/cli/display/words.js";
import {
  armNames,
  checkpointNames,
  dataNames,
  modelNames,
  normNames,
  presetNames,
  rateNames,
} from "../../src/cli/names.js";
import { datasets } from "../../src/data/registry.js";
import { norms, zoo } from "../../src/model/index.js";
import { arms } from "../../src/study/arms.js";
import { checkpointRules, rateRules } from "../../src/study/config.js";
import { presets } from "../../src/study/presets.js";
import { distance, nearest } from "../../src/tensor/suggest.js";

test("the names of options are the keys of the tables", () => {
  expect([...dataNames].sort()).toEqual(Object.keys(datasets).sort());
  expect(modelNames).toEqual(Object.keys(zoo));
  expect(normNames).toEqual(Object.keys(norms));
  expect(armNames).toEqual(Object.keys(arms));
  expect(rateNames).toEqual(rateRules);
  expect(checkpointNames).toEqual(checkpointRules);
  expect(presetNames).toEqual([...Object.keys(presets), "replication"]);
});

test.each([
  [0, "0 s"],
  [59.4, "59 s"],
  [60, "1 min"],
  [200, "3 min 20 s"],
  [3900, "1 h 5 min"],
  [Number.POSITIVE_INFINITY, "–"],
])("%f seconds are %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test("a bar is as wide as it should be, whatever its share", () => {
  expect(bar(0, 4)).toBe("░░░░");
  expect(bar(0.5, 4)).toBe("██░░");
  expect(bar(0.53125, 4)).toBe("██▏░");
  expect(bar(2, 4)).toBe("████");
});

test("time left is the time of the rest at the speed so far", () => {
  expect(timeLeft(0.25, 10)).toBe(30);
  expect(timeLeft(0.001, 10)).toBeUndefined();
});

describe("tables in a narrow terminal", () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 20 });
  const narrow = terminal(stream as unknown as WriteStream, { NO_COLOR: "1" });
  const rows = [
    ["maps", "Saliency", "Grad-CAM", "x"],
    ["a", "1", "2", "3"],
  ];
  test("columns that do not fit stand below, beside the first again", () => {
    expect(tableLines(rows, narrow)).toEqual([
      "maps   Saliency",
      "a             1",
      "",
      "maps   Grad-CAM   x",
      "a             2   3",
    ]);
  });
  test("a file or a pipe takes any width", () => {
    const pipe = terminal(new PassThrough() as unknown as WriteStream, { NO_COLOR: "1" });
    expect(tableLines(rows, pipe)).toEqual([
      "maps   Saliency   Grad-CAM   x",
      "a             1          2   3",
    ]);
  });
});

test("columns line up to the right", () => {
  expect(
    columns([
      ["a", "1"],
      ["bcd", "22"],
    ]),
  ).toEqual(["a      1", "bcd   22"]);
});

test("wrapping keeps every word and no line too long", () => {
  expect(wrap("one two three four", 9, "  ")).toEqual(["one two", "  three", "  four"]);
});

test("a long curve is drawn by the means of its parts", () => {
  expect(resampled([1, 3, 5, 7, Number.NaN], 2)).toEqual([2, 6]);
  expect(resampled([1, 2], 10)).toEqual([1, 2]);
  expect(chart([1, 2], 60)).toEqual([]);
  const lines = chart([3, 2, 1, 0.5], 60, 3);
  expect(lines.length).toBe(4);
  expect(lines[0]).toMatch(/^ +3\.000 ┼╮/);
});

describe("suggestions", () => {
  test("count insertions, deletions, replacements and swaps", () => {
    expect(distance("batch", "batch")).toBe(0);
    expect(distance("btach", "batch")).toBe(1);
    expect(distance("", "abc")).toBe(3);
    expect(distance("kitten", "sitting")).toBe(3);
  });
  test.each([
    ["--epoch", "--epochs"],
    ["--learning", "--learning-rate"],
    ["--foo", undefined],
    ["--batchsize", "--batch-size"],
  ])("%s: %s", (got, expected) => {
    expect(nearest(got, ["--epochs", "--learning-rate", "--batch-size", "--data"])).toBe(expected);
  });
});

describe("the terminal", () => {
  const plain = (env: NodeJS.ProcessEnv = {}) => {
    const stream = Object.assign(new PassThrough(), { isTTY: false });
    const text = (): string => String(stream.read() ?? "");
    return { t: terminal(stream as unknown as WriteStream, env), text };
  };
  test("elsewhere than in a TTY shows plain lines, nothing live, no colours", () => {
    const { t, text } = plain();
    t.live(["moving"]);
    t.line(t.style("red", "still"));
    t.settle();
    expect(text()).toBe("still\n");
  });
  test("colours obey FORCE_COLOR and NO_COLOR", () => {
    expect(plain({ FORCE_COLOR: "1" }).t.style("red", "x")).toBe("\u001b[31mx\u001b[39m");
    expect(plain({ FORCE_COLOR: "1", NO_COLOR: "1" }).t.style("red", "x")).toBe("x");
    expect(plain({ FORCE_COLOR: "0" }).t.style("red", "x")).toBe("x");
  });
  test("what is visible is the text without its escapes", () => {
    expect(visible("\u001b[1m\u001b[32mgreen\u001b[39m\u001b[22m")).toBe("green");
  });
});
