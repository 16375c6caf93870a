/** Training seen from inside: activations layer by layer, and the loss around its path. */

import type { Study } from "../study/types.js";
import { type Columns, columnMeans, numbersIn, tablesOf, trialsOfArm, wordsIn } from "./details.js";
import type { Probes, Ridge } from "./report-data.js";
import { rounded } from "./rounding.js";

export function probesOf(study: Study): Probes | undefined {
  const activations = activationsOf(study);
  const landscape = landscapeOf(study);
  if (activations.length === 0 && landscape === undefined) return undefined;
  return { activations, ...(landscape && { landscape }) };
}

/** Of the first network of each arm that left its moments behind. */
function activationsOf(study: Study): Probes["activations"] {
  const arms = study.config.arms.flatMap(({ name }) => {
    const trials = trialsOfArm(study, name);
    const [first] = tablesOf(trials, "activationGrowth", "moments");
    if (first === undefined) return [];
    const { trial, table: into } = first;
    const out = tablesOf([trial], "activationGrowth", "outputs")[0]?.table ?? {};
    return [{ arm: name, seed: trial.seed, into, out }];
  });
  const layers = [...new Set(arms.flatMap(({ into }) => wordsIn(into, "layer")))];
  return layers.map((layer) => ({
    layer,
    arms: arms.map(({ arm, seed, into, out }) => ({
      arm,
      seed,
      into: ridgesOf(into, layer),
      out: ridgesOf(out, layer),
    })),
  }));
}

function ridgesOf(table: Columns, layer: string): Ridge[] {
  const count = Object.keys(table).filter((name) => /^bin\d+$/.test(name)).length;
  const bins = Array.from({ length: count }, (_, bin) => `bin${bin}`); // files keep names in an order of their own
  return wordsIn(table, "layer").flatMap((owner, row): Ridge[] => {
    const of = (column: string): number | null => numbersIn(table, column)[row] ?? null;
    const [step, low, high] = [of("step"), of("low"), of("high")];
    if (owner !== layer || step === null || low === null || high === null) return [];
    return [
      {
        step,
        mean: rounded(of("mean"), 4),
        deviation: rounded(of("deviation"), 4),
        low: rounded(low, 4),
        high: rounded(high, 4),
        shares: bins.map((bin) => rounded(of(bin) ?? 0, 3)),
      },
    ];
  });
}

const aspects = ["loss", "low", "high", "predictiveness", "smoothness"] as const;

function landscapeOf(study: Study): Probes["landscape"] {
  const measures = ["lossRange", "gradientPredictiveness", "betaSmoothness"];
  const measure = measures.find((name) =>
    tablesOf(study.trials, name, "path").some(({ trial }) => trial.state === "trained"),
  );
  if (measure === undefined) return undefined;
  const paths = study.config.arms.flatMap(({ name }) => {
    const paths = tablesOf(trialsOfArm(study, name), measure, "path");
    const means = (column: string) =>
      columnMeans(paths.map(({ table }) => numbersIn(table, column)));
    return paths.length === 0
      ? []
      : [{ arm: name, means, step: numbersIn(paths[0].table, "step") }];
  });
  return {
    step: paths[0].step,
    arms: paths.map(({ arm, means }) => {
      const [loss, low, high, predictiveness, smoothness] = aspects.map(means);
      return { arm, loss, low, high, predictiveness, smoothness };
    }),
  };
}
