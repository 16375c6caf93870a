/** What can be done, as the page tells it. */

import type { Contrast } from "../study/conclusions.js";
import { clearest, remedies, remedyFacts } from "../study/remedies.js";
import type { Study, TrialTimings } from "../study/types.js";
import { contrastOf } from "./contrasts.js";
import type { Remedy } from "./report-data.js";
import { titleText } from "./words/index.js";

const orNull = (contrast: Contrast | null) => contrast && contrastOf(contrast);

export const remediesOf = (study: Study, timings: readonly TrialTimings[]): Remedy[] =>
  remedyFacts(study, timings).map(({ remedy, gains, prices, unclear, accuracy, stepTime }) => {
    const { from, to, when } = remedies[remedy];
    return {
      remedy,
      title: titleText(remedies[remedy]),
      when,
      arm: to,
      instead: from,
      compared: [...gains, ...prices, ...unclear].filter(({ pairs }) => pairs.length > 0).length,
      gains: clearest(gains).map(contrastOf),
      prices: clearest(prices).map(contrastOf),
      accuracy: orNull(accuracy),
      stepTime: orNull(stepTime),
    };
  });
