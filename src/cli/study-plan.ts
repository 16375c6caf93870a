/** What a study says before it starts: how many trials of what, what they cost, how long that takes here, and what so
 *  many seeds can show. */

import type { Dataset } from "../data/index.js";
import { partsOf, titleOf } from "../measures/index.js";
import { resolveClaims } from "../study/claims/index.js";
import { decidingTests, largestFamily } from "../study/corrections.js";
import type { Estimate } from "../study/estimate.js";
import { power } from "../study/statistics/index.js";
import type { StudyConfig } from "../study/types.js";
import { trialCount } from "../study/waves.js";
import { tableLines } from "./display/table.js";
import type { Terminal } from "./display/terminal.js";
import { duration, plural, thousands, wrap } from "./display/words.js";

/** "plain on glyphs: none, batch × 10 seeds = 20 trials of 4 epochs, about 40 s with 2 at once". */
export function opening(
  config: StudyConfig,
  t: Terminal,
  time?: { readonly seconds: number; readonly workers: number },
): string {
  const arms = config.arms.map((arm) => arm.name).join(", ");
  const rules = config.rates.length * config.checkpoints.length;
  const also = rules > 1 ? ` × ${rules} comparisons` : "";
  const trials = trialCount(config);
  const least = config.arms.length * config.seeds.length * rules;
  const tuning = trials > least ? `, ${thousands(trials - least)} of them to tune or match` : "";
  const took = time
    ? t.style("dim", `, about ${duration(time.seconds)} with ${time.workers} at once`)
    : "";
  return (
    `${t.style("bold", `${config.model.name} on ${config.dataset.name}`)}: ${arms} × ` +
    `${plural(config.seeds.length, "seed")}${also} = ${plural(trials, "trial")} of ` +
    `${plural(config.epochs, "epoch")}${tuning}${took}`
  );
}

const waveTitles = {
  tuning: "tuning, on held-out training images",
  arms: "the arms",
  checkpoints: "checkpoints of equal accuracy or loss, at most",
} as const satisfies Record<Estimate["waves"][number]["wave"], string>;

/** At most so many measures are listed by name; the rest is one line. */
const LISTED = 24;

/** Everything about a study that has not started. */
export function planLines(
  config: StudyConfig,
  dataset: Dataset,
  estimated: Estimate,
  workers: number,
  t: Terminal,
): string[] {
  const { train, validation } = dataset;
  const images = `${thousands(train.images.count)} training and ${thousands(validation.images.count)} validation images`;
  return [
    opening(config, t, { seconds: estimated.seconds, workers }),
    t.style("dim", images),
    "",
    ...tableLines(
      [
        ["trials", "", "epochs", "time on one thread"],
        ...estimated.waves.map(({ wave, trials, epochs, seconds }) => [
          waveTitles[wave],
          thousands(trials),
          `${epochs}`,
          duration(seconds),
        ]),
      ],
      t,
    ),
    "",
    ...costTable(config.arms[0].name, estimated, t),
    "",
    ...shows(config).flatMap((sentence) => wrap(sentence, t.columns)),
    "",
    t.style("dim", "Passes are counted; times are an estimate from a second of trial runs here."),
  ];
}

function costTable(
  arm: string,
  { measures, trainSeconds, measureSeconds }: Estimate,
  t: Terminal,
): string[] {
  const listed = measures.slice(0, LISTED);
  const rest = measures.slice(LISTED);
  const sum = (of: (row: Estimate["measures"][number]) => number): number =>
    rest.reduce((total, row) => total + of(row), 0);
  const row = (what: string, forward: number, backward: number, seconds: number): string[] => [
    what,
    thousands(forward),
    thousands(backward),
    seconds < 9.95 ? `${seconds.toFixed(1)} s` : duration(seconds),
  ];
  return tableLines(
    [
      [`one trial (${arm})`, "images forward", "back", "time"],
      ["training", "", "", duration(trainSeconds)],
      ...listed.map(({ what, cost, seconds }) =>
        row(partsOf(what) ? titleOf(what) : what, cost.forward, cost.backward, seconds),
      ),
      ...(rest.length === 0
        ? []
        : [
            row(
              `${rest.length} more measures`,
              sum(({ cost }) => cost.forward),
              sum(({ cost }) => cost.backward),
              sum(({ seconds }) => seconds),
            ),
          ]),
      ["all measures", "", "", duration(measureSeconds)],
    ],
    t,
  );
}

/** What so many seeds can and cannot show. */
export function shows(config: StudyConfig): string[] {
  const seeds = config.seeds.length;
  const family = largestFamily(decidingTests(resolveClaims(config).judged));
  if (family === 0) return ["No claim can be judged by these arms and measures."];
  const facts = power(seeds, family);
  const p = (value: number): string => (value < 0.001 ? value.toExponential(1) : value.toFixed(3));
  const found = `${plural(seeds, "pair")} and ${plural(family, "deciding contrast")}`;
  if (!facts.decides)
    return [
      `${found}: nothing can be decided. The smallest p is ${p(facts.smallestP)}, ` +
        `${p(facts.smallestCorrectedP)} after correction; ${facts.seedsNeeded} seeds are needed.`,
    ];
  const size = (value: number | null): string =>
    value === null ? "none for certain" : `${value.toFixed(1)} standard deviations`;
  return [
    `${found}: the smallest p is ${p(facts.smallestP)}, ${p(facts.smallestCorrectedP)} after correction. ` +
      `Four times in five a difference is found that is ${size(facts.detectable)} of the pairs' differences, ` +
      `${size(facts.detectableCorrected)} after correction; smaller ones may be missed, and no verdict then ` +
      "means that there is none.",
  ];
}
