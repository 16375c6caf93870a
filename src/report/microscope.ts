/** The norms of the first network of each arm that has some, with as many digits as people read. */

import type { CloseUp } from "../study/close-up.js";
import type { Study } from "../study/types.js";
import { trialsOfArm } from "./details.js";
import type { Microscope } from "./report-data.js";
import { rounded } from "./rounding.js";

export const microscopesOf = (study: Study): Microscope[] =>
  study.config.arms.flatMap(({ name }): Microscope[] => {
    const found = trialsOfArm(study, name).find(({ closeUps }) => closeUps !== undefined);
    if (found?.closeUps === undefined) return [];
    return [{ arm: name, seed: found.seed, closeUps: found.closeUps.map(shortened) }];
  });

/** Written out key by key: a study read from its file has its keys in another order, and its report is the same. */
const shortened = (closeUp: CloseUp): CloseUp => ({
  norm: closeUp.norm,
  order: closeUp.order,
  ...(closeUp.fold && { fold: { into: closeUp.fold.into, direction: closeUp.fold.direction } }),
  epsilon: closeUp.epsilon,
  channels: closeUp.channels,
  shape: closeUp.shape,
  stored: closeUp.stored.map(({ channel, counts, ...numbers }) => ({
    channel,
    counts,
    mean: rounded(numbers.mean),
    variance: rounded(numbers.variance),
    gamma: rounded(numbers.gamma),
    beta: rounded(numbers.beta),
    batchMean: rounded(numbers.batchMean),
    batchVariance: rounded(numbers.batchVariance),
    low: rounded(numbers.low),
    high: rounded(numbers.high),
  })),
  image: closeUp.image,
  x: closeUp.x,
});
