/** The report's data: what is in them, what becomes of hostile and broken ones. */
import { describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { studyCommand } from "../../src/report/command.js";
import { fillTemplate } from "../../src/report/fill.js";
import { readReport } from "../../src/report/read.js";
import { REPORT_VERSION, reportSchema } from "../../src/report/report-data.js";
import { thinned } from "../../src/report/rounding.js";
import { concludeStudy } from "../../src/study/conclude.js";
import { presets } from "../../src/study/presets.js";
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

  test("choose the strongest findings, one for each claim with a verdict", () => {
    const decided = data.claims.filter((claim) => claim.verdict !== "inconclusive");
    expect(data.answer.findings.length).toBe(Math.min(5, decided.length));
    const sizes = data.answer.findings.map(({ measure, arm, claim }) => {
      const from = data.claims.find((c) => c.claim === claim && c.arm === arm);
      const evidence = from?.evidence.find((item) => item.measure === measure);
      expect(evidence?.primary).toBe(true);
      expect(evidence?.verdict).toBe(from?.verdict);
      const contrast = data.contrasts.find((c) => c.measure === measure && c.arm === arm);
      return Math.abs(contrast?.standardised?.value ?? 0);
    });
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(data.answer.cautions).toEqual([]);
  });

  test("without claims, the clearest contrasts are the findings", () => {
    const { answer, contrasts } = reportData(
      exampleStudy({ config: { arms: ["layer", "none"], epochs: 2 } }),
    );
    expect(answer.findings.length).toBe(5);
    for (const { measure, claim } of answer.findings) {
      expect(claim).toBeUndefined();
      expect(contrasts.find((c) => c.measure === measure)?.reading).not.toBe("unclear");
    }
  });

  test("say how each measure was taken", () => {
    const changed = exampleStudy({
      config: { measureOptions: { ligs: { draws: 3 } }, epochs: 2 },
    });
    const ligs = reportData(changed).measures.find((measure) => measure.name === "ligs");
    expect(ligs?.settings).toMatchObject({ sigma: 0.01, draws: 3 });
    const deletion = data.measures.find((measure) => measure.name === "deletion/saliency");
    expect(deletion?.title.zh).toContain("（显著性）");
  });

  test("warn of few seeds, missing trials and divergence", () => {
    const few = exampleStudy({ config: { seeds: 3, epochs: 2 } });
    expect(reportData(few).answer.cautions).toEqual([{ kind: "fewSeeds", seeds: 3 }]);
    // A measure that few pairs have says nothing of the others.
    const lacking = {
      ...study,
      trials: study.trials.map((trial) => ({
        ...trial,
        measures:
          trial.seed < 4
            ? trial.measures
            : { ...trial.measures, ligs: { value: null, states: {} } },
      })),
    };
    expect(reportData(lacking).answer.cautions).toEqual([]);
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
      { kind: "weak", seeds: 8, measures: 11, needed: 9 },
      { kind: "missing", missing: 1, of: 16 },
      { kind: "diverged", trials: [{ arm: "batch", seed: 0 }] },
    ]);
    const [first, ...rest] = eight.trials;
    const lost = { ...first, state: "diverged" as const };
    expect(reportData({ ...eight, trials: [lost, ...rest] }).answer.cautions).toContainEqual({
      kind: "diverged",
      trials: [{ arm: "none", seed: 0 }],
    });
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
  test.each([
    ["null", { kind: "empty", details: [] }],
    ["{}", { kind: "foreign", details: [] }],
    ["[1]", { kind: "foreign", details: [] }],
    [
      JSON.stringify({ ...data, version: REPORT_VERSION + 1 }),
      { kind: "newer", version: REPORT_VERSION + 1, details: [] },
    ],
    [JSON.stringify({ ...data, version: 0 }), { kind: "older", version: 0, details: [] }],
  ])("%.12s…", (document, problem) => {
    expect(readReport(document).problem).toEqual(problem);
  });

  test("where it was cut off", () => {
    const { problem } = readReport(text.slice(0, 5000));
    expect(problem?.kind).toBe("damaged");
    expect(problem?.details.length).toBe(1);
  });

  test("with its places, not all of them", () => {
    const { problem } = readReport(
      JSON.stringify({ ...data, contrasts: Array(20).fill({}), answer: 7 }),
    );
    expect(problem?.kind).toBe("wrong");
    expect(problem?.details[0]).toBe("answer: Invalid input: expected object, received number");
    expect(problem?.details.length).toBe(8);
    expect(problem?.more).toBeGreaterThan(8);
  });
});

describe("the command", () => {
  const command = (input: Parameters<typeof studyConfig.parse>[0]): string =>
    studyCommand(studyConfig.parse(input));
  test.each([
    [{}, "npx normlens study --data glyphs --model seed --arms none,batch --seeds 10 --epochs 10"],
    [presets.quick.config, "npx normlens study --preset quick"],
    [{ ...presets.quick.config, seeds: [4] }, "npx normlens study --preset quick --seeds 4,"],
    [
      {
        dataset: { name: "my data", dataDir: "it's here" },
        batchSize: 64,
        arms: ["none", "group"],
      },
      "npx normlens study --data 'my data' --data-dir 'it'\\''s here' --model seed --arms none,group --seeds 10 --epochs 10 --batch-size 64",
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
  expect(thinned([null, null], 1)).toEqual({ factor: 2, values: [null] });
});
