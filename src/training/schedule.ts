/** Learning-rate schedules: a factor for every step. */

import { cos } from "../tensor/math.js";

export interface Schedule {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Factor of the learning rate at step t (1, 2, …) of `total`. */
  factor(t: number, total: number): number;
}

export const constant = (): Schedule => ({ name: "constant", settings: {}, factor: () => 1 });

/** From 1 to `end` along half a cosine over the whole run. */
export const cosine = ({ end = 0 } = {}): Schedule => ({
  name: "cosine",
  settings: { end },
  factor: (t, total) =>
    end + ((1 - end) * (1 + cos((Math.PI * (t - 1)) / Math.max(1, total - 1)))) / 2,
});

/** Times `factor` at every one of these fractions of the run. */
export const step = ({
  at = [0.5, 0.75],
  factor = 0.1,
}: {
  at?: readonly number[];
  factor?: number;
} = {}): Schedule => ({
  name: "step",
  settings: { at, factor },
  factor: (t, total) =>
    at.reduce((rate, fraction) => (t - 1 >= fraction * total ? rate * factor : rate), 1),
});

/** Rises linearly over the first `steps` steps, then follows `after`. */
export const warmUp = ({
  steps = 100,
  after = constant(),
}: {
  steps?: number;
  after?: Schedule;
} = {}): Schedule => ({
  name: "warmUp",
  settings: { steps, after: { name: after.name, ...after.settings } },
  factor: (t, total) =>
    t <= steps ? t / steps : after.factor(t - steps, Math.max(1, total - steps)),
});

/** The schedules that a name can choose. */
export const schedules = { constant, cosine, step, warmUp } as const;
export type ScheduleName = keyof typeof schedules;
