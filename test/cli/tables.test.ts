/** `normlens measures` and `normlens claims`: everything in the tables is told of. */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { type Measure, measures, titleOf } from "../../src/measures/index.js";
import { arms } from "../../src/study/arms.js";
import { type Claim, claims } from "../../src/study/claims/index.js";
import { normlens } from "./run.js";

/** The name of the arm that sets just this. */
const armOf = (pattern: object): string =>
  Object.entries(arms).find(([, { is }]) => isDeepStrictEqual({ ...is }, { ...pattern }))?.[0] ??
  "";

/** One line of words, however they were wrapped. */
const flat = (text: string): string => text.replace(/\s+/g, " ");

describe("normlens measures", () => {
  test("names every measure with its question, its unit and its options", async () => {
    const { code, out, err } = await normlens(["measures"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const words = flat(out);
    for (const [name, measure] of Object.entries<Measure>(measures)) {
      const { title, question, unit, defaults, choices = {} } = measure;
      expect(words).toContain(`${name} ${title} ${question} in ${unit}; `);
      for (const [option, value] of Object.entries(defaults))
        expect(words).toContain(`${option} ${value}`);
      for (const [option, [first, second]] of Object.entries(choices))
        expect(words).toContain(
          `${option} ${defaults[option]} (or ${defaults[option] === first ? second : first}`,
        );
    }
    for (const line of out.split("\n")) expect(line.length).toBeLessThan(121);
  });
  test("--json is one document with the same", async () => {
    const { out } = await normlens(["measures", "--json"]);
    const document = JSON.parse(out) as Record<string, unknown>;
    expect(Object.keys(document)).toEqual(Object.keys(measures));
    expect(document.ligs).toMatchObject({ unit: "cosine", options: { sigma: 0.01, draws: 10 } });
  });
});

describe("normlens claims", () => {
  test("names every claim with its source and what it expects of which measure", async () => {
    const { code, out, err } = await normlens(["claims"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const words = flat(out);
    for (const [name, { title, source, evidence }] of Object.entries<Claim>(claims)) {
      expect(words).toContain(`${title} ${name} ${source}`);
      for (const { measure, expected, primary, arm, against, published } of evidence) {
        const way = expected === "equal" ? "the same" : expected;
        const said =
          expected === "equal" && "value" in against
            ? expect.stringMatching(/^about [\d.]+( %)?$/)
            : way;
        const start = `${primary ? "decides" : "shown"} ${titleOf(measure)}: `;
        const after = words.split(start).slice(1);
        expect(after.map((rest) => rest.split(` with ${armOf(arm)}`)[0])).toContainEqual(said);
        if (published) expect(words).toContain(published.where);
      }
    }
    for (const line of out.split("\n")) expect(line.length).toBeLessThan(121);
    for (const sentence of [
      "higher with batch than with none, by 0.5 points at least",
      "higher with normOnly than by guessing, by 10 points at least (published: +62 points,",
      "Dead units: about 33.3 % with normOnly, within 10 points ",
      "Gradient growth at the start: about 1.211 with batch, within a factor of 1.05 ",
      "the same with noisy as with batch, within 2 points ",
      "lower with none than “Robustness to ablation (zero)” of the same networks ",
      "Detectors lost by rotation: higher with batch than 0 ",
      "normOnly batch normalisation, γ and β alone learn ",
    ])
      expect(words).toContain(sentence);
  });
  test("--json is one document with the same", async () => {
    const { out } = await normlens(["claims", "--json"]);
    expect(JSON.parse(out)).toEqual(claims);
  });
});
