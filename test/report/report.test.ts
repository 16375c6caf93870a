/** The report's data: what is in them, what becomes of hostile and broken ones. */
import { describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { studyCommand } from "../../src/report/command.js";
import { fillTemplate } from "../../src/report/fill.js";
import { readReport } from "../../src/report/read.js";
import { REPORT_VERSION, reportSchema } from "../../src/report/report-data.js";
import { meanOf, thinned } from "../../src/report/rounding.js";
import { concludeStudy } from "../../src/study/conclude.js";
import { studyConfig, studySchema } from "../../src/study/types.js";
import { exampleStudy, exampleTimings } from "./fixture.js";

const study = exampleStudy();
const timings = exampleTimings(study);
const data = reportData(study, timings);
const text = JSON.stringify(data);
const template = '<body><script type="application/json" id="report-data">null</script></body>';

test("the example is a study", () => {
  expect(studySchema.safeParse(study).error).toBeUndefined();
});

describe("data", () => {
  test("survive the way through the file", () => {
    expect(reportSchema.parse(JSON.parse(text))).toEqual(data);
    expect(readReport(text).data).toEqual(data);
  });

  test("of twenty trials stay below a megabyte", () => {
    expect(study.trials.length).toBe(20);
    expect(text.length).toBeLessThan(1e6);
  });

  test("hold every contrast, with the numbers of the study", () => {
    const { contrasts } = concludeStudy(study, timings);
    expect(data.contrasts.map((c) => c.measure)).toEqual(contrasts.map((c) => c.measure));
    contrasts.forEach((contrast, i) => {
      const shown = data.contrasts[i];
      expect(shown.difference).toBeCloseTo(contrast.difference ?? Number.NaN, 4);
      expect(shown.pairs.length).toBe(contrast.pairs.length);
      expect(shown.standardised?.value).toBeCloseTo(contrast.hedgesG ?? Number.NaN, 3);
    });
  });

  test("standardise the interval by the spread of the differences", () => {
    const shown = data.contrasts.find((c) => c.measure === "validationAccuracy");
    const differences = shown?.pairs.map((pair) => pair.difference) ?? [];
    const mean = differences.reduce((sum, d) => sum + d, 0) / 10;
    const sd = Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / 9);
    const unit = (1 - 3 / (4 * 9 - 1)) / sd;
    expect(shown?.standardised?.value).toBeCloseTo(mean * unit, 3);
    expect(shown?.standardised?.interval?.[0]).toBeCloseTo((shown?.interval?.[0] ?? 0) * unit, 3);
    expect(shown?.standardised?.interval?.[1]).toBeCloseTo((shown?.interval?.[1] ?? 0) * unit, 3);
  });

  test("read a difference by the measure's direction", () => {
    const reading = (name: string) => data.contrasts.find((c) => c.measure === name)?.reading;
    expect(reading("validationAccuracy")).toBe("better"); // higher, higher is better
    expect(reading("validationLoss")).toBe("better"); // lower, lower is better
    expect(reading("ligs")).toBe("worse"); // lower, higher is better
    expect(reading("classSelectivity")).toBe("lower"); // no better side
    expect(reading("deletion/integratedGradients")).toBe("unclear");
  });

  test("give the mean of the seeds at every epoch", () => {
    const curve = data.curves.find((c) => c.quantity === "loss" && c.split === "validation");
    const batch = curve?.arms.find((arm) => arm.arm === "batch");
    const last = study.trials
      .filter((t) => t.arm === "batch")
      .map((t) => t.history.epochs[7].validationLoss ?? 0);
    expect(batch?.mean[7]).toBeCloseTo(last.reduce((sum, v) => sum + v, 0) / 10, 4);
    expect(batch?.seeds.map((values) => values.length)).toEqual(new Array(10).fill(8));
  });

  test("keep the signs of a map", () => {
    const { maps } = study.trials[3];
    const shown = data.maps.find(
      (m) =>
        m.arm === study.trials[3].arm &&
        m.seed === study.trials[3].seed &&
        m.method === maps[0].method,
    );
    expect([...new Int8Array(Buffer.from(shown?.values ?? "", "base64"))]).toEqual(maps[0].values);
  });

  test("draw blocks that only some arms have as such", () => {
    const blocks = data.setup.model.blocks.map(({ id, only }) => [id, only]);
    expect(blocks).toEqual([
      ["conv", undefined],
      ["relu", undefined],
      ["norm", ["batch"]],
      ["pool", undefined],
      ["flatten", undefined],
      ["dense", undefined],
    ]);
  });

  test("tell the strongest findings in words, and the claims left open", () => {
    expect(data.question).toBe("What does batch normalisation do to the network “seed” on glyphs?");
    const [intro, first] = data.answer.sentences;
    expect(intro).toBe(
      "20 networks were trained for 8 epochs, in 10 pairs that share starting weights, images and their order, " +
        "so that the normalisation is all that differs within a pair.",
    );
    expect(first).toMatch(
      /^Time per training step rose from \d+ to \d+ µs with batch \(95 % interval ×1\.2\d to ×1\.\d+\), which supports “Batch Norm makes training steps slower”\.$/,
    );
    expect(data.answer.cautions).toEqual([]);
  });

  test("speak of groups where there are more than two arms", () => {
    const three = exampleStudy({
      config: { seeds: 2, epochs: 1, arms: ["none", "batch", "group"] },
    });
    const { question, answer } = reportData(three);
    expect(question).toBe(
      "What does the choice among none, batch and group do to the network “seed” on glyphs?",
    );
    expect(answer.sentences[0]).toBe(
      "6 networks were trained for 1 epoch, in 2 groups that share starting weights, images and their order, " +
        "so that the normalisation is all that differs within a group.",
    );
  });

  test("warn of few seeds, missing trials and divergence", () => {
    const few = exampleStudy({ config: { seeds: 3, epochs: 2 } });
    expect(reportData(few).answer.cautions).toEqual([
      "Pairs of 3 seeds: intervals from so few are too narrow, so no verdict is given.",
    ]);
    const eight = exampleStudy({ config: { seeds: 8, epochs: 2 } });
    const [, next, ...others] = eight.trials;
    const diverged = {
      ...next,
      history: {
        ...next.history,
        epochs: next.history.epochs.map((e) => ({ ...e, trainLoss: null })),
      },
    };
    expect(reportData({ ...eight, trials: [diverged, ...others] }).answer.cautions).toEqual([
      "With 8 seeds no measure can reach significance after correction for 11 measures; take at least 9.",
      "1 of 16 trials are missing.",
      "Training diverged in batch, seed 0.",
    ]);
  });
});

describe("the page is filled", () => {
  const hostile = exampleStudy({
    config: { seeds: 2, epochs: 2 },
    name: '</script><script>alert("x")</script><!--',
    classes: Array.from({ length: 10 }, (_, i) => `<img src=x onerror=alert(${i})>$&$1`),
  });

  test("so that nothing can end its script element", () => {
    const page = fillTemplate(template, reportData(hostile));
    expect(page.match(/<\/script>/g)?.length).toBe(1);
    expect(page).not.toContain("<!--");
    expect(page).not.toContain("<img");
    const inner = /id="report-data">(.*)<\/script>/s.exec(page)?.[1] ?? "";
    expect(readReport(inner).data).toEqual(reportData(hostile));
  });

  test("once, or not at all", () => {
    expect(() => fillTemplate("<p>no place</p>", data, "page.html")).toThrow(
      "report: got 0 places for data in page.html, expected 1; build the page again with `npm run build`",
    );
    expect(() => fillTemplate(template + template, data, "page.html")).toThrow("got 2 places");
  });
});

describe("a broken document is named", () => {
  const remedy = "Rebuild the report with `normlens report FOLDER`, where FOLDER holds the study.";
  test.each([
    ["null", "This page holds no study: it is the empty form that reports are made from."],
    [text.slice(0, 5000), "The study in this file is damaged: it is not valid JSON."],
    ["{}", 'The data in this file is not a report: "format" is not "normlens-report".'],
    [
      JSON.stringify({ ...data, version: REPORT_VERSION + 1 }),
      `The data in this file has version ${REPORT_VERSION + 1}, and this page shows version ${REPORT_VERSION}: it was made by a newer NormLens.`,
    ],
    [
      JSON.stringify({ ...data, version: 0 }),
      `The data in this file has version 0, and this page shows version ${REPORT_VERSION}: it was made by an older NormLens.`,
    ],
    [
      JSON.stringify({ ...data, contrasts: 3 }),
      "The study in this file is damaged: parts of it are missing or wrong.",
    ],
  ])("%.12s…", (document, what) => {
    const { problem } = readReport(document);
    expect(problem?.what).toBe(what);
    expect(problem?.remedy).toBe(remedy);
  });

  test("with its places, not all of them", () => {
    const { problem } = readReport(
      JSON.stringify({ ...data, contrasts: Array(20).fill({}), question: 7 }),
    );
    expect(problem?.details[0]).toBe("question: Invalid input: expected string, received number");
    expect(problem?.details.length).toBe(9);
    expect(problem?.details[8]).toMatch(/^… and \d+ more$/);
  });
});

describe("the command", () => {
  const command = (input: Parameters<typeof studyConfig.parse>[0]): string =>
    studyCommand(studyConfig.parse(input));
  test.each([
    [{}, "npx normlens study --data glyphs --model seed --norm none,batch --seeds 10 --epochs 10"],
    [{ seeds: 10, epochs: 4, explained: 64 }, "npx normlens study --preset quick"],
    [{ seeds: [4], epochs: 4, explained: 64 }, "npx normlens study --preset quick --seeds 4,"],
    [
      {
        dataset: { name: "my data", dataDir: "it's here" },
        batchSize: 64,
        arms: ["none", "group"],
      },
      "npx normlens study --data 'my data' --data-dir 'it'\\''s here' --model seed --norm none,group --seeds 10 --epochs 10 --batch-size 64",
    ],
    [{ optimiser: { name: "sgd", momentum: 0.9 } }, "npx normlens study --config design.json"],
    [
      { arms: ["none", { name: "fast", norm: "batch", learningRate: 0.1 }] },
      "npx normlens study --config design.json",
    ],
  ])("for %j", (input, expected) => {
    expect(command(input)).toBe(expected);
  });
});

test("thinning keeps means, and gaps are no zeros", () => {
  expect(thinned([1, 3, null, 5, null, null, 9], 3)).toEqual({ factor: 3, values: [2, 5] });
  expect(meanOf([null, null])).toBeNull();
});
