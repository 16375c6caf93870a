/** What the number of seeds can show, and what the design cannot judge. */

import { titleOf } from "../measures/index.js";
import { armNameOf } from "../study/arms.js";
import type { Conclusions } from "../study/conclusions.js";
import { type Power, power } from "../study/statistics/index.js";
import type { Study } from "../study/types.js";
import { armTitle } from "./arms.js";
import type { Sure, Unjudged } from "./report-data.js";
import { rounded } from "./rounding.js";
import { titleText } from "./words/index.js";

/** Powers already known: each is a simulation, and depends on two numbers alone. */
const known = new Map<string, Power>();

function powerOf(seeds: number, family: number): Power {
  const key = `${seeds} ${family}`;
  const found = known.get(key) ?? power(seeds, family);
  known.set(key, found);
  return found;
}

export function sureOf({ config }: Study, { contrasts, family }: Conclusions): Sure {
  const seeds = config.seeds.length;
  const { smallestP, smallestCorrectedP, seedsNeeded, detectable, detectableCorrected } = powerOf(
    seeds,
    family,
  );
  return {
    seeds,
    family,
    explored: contrasts.filter(({ fdrP }) => fdrP !== null).length,
    smallestP: rounded(smallestP),
    smallestCorrectedP: rounded(smallestCorrectedP),
    seedsNeeded,
    detectable: rounded(detectable, 3),
    detectableCorrected: rounded(detectableCorrected, 3),
  };
}

export const unjudgedOf = ({ unjudged }: Conclusions): Unjudged[] =>
  unjudged.map(({ claim, source, missing, ...titled }) => ({
    claim,
    title: titleText(titled),
    source,
    missing: missing.map((lack) => {
      if (lack.code === "measure") {
        const { measure } = lack;
        return { ...lack, title: { en: titleOf(measure), zh: titleOf(measure, "zh") } };
      }
      if (lack.code === "arm")
        return {
          code: lack.code,
          title: armTitle({ name: armNameOf(lack.arm) ?? "", ...lack.arm }),
        };
      return lack.code === "network" ? { ...lack, networks: [...lack.networks] } : lack;
    }),
  }));
