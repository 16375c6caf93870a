/** Optimisers as chains of stages. A stage turns the update u (at first the gradient g) into another; the last stage
 *  applies it to the parameters p. Stages are data and kernel calls, so an optimiser is a list.
 *
 *    adam()  = chain(scaleByAdam(), descend(1e-3))
 *    adamW() = chain(scaleByAdam(), addDecayed(1e-2), descend(1e-3)) */

import type { Call } from "../engine/plan.js";
import type { Place } from "../ops/op.js";
import { fail } from "../tensor/errors.js";
import { constant, type Schedule } from "./schedule.js";

/** What a stage's kernel calls work on; all ranges are of the trainable parameters. */
export interface StagePlaces {
  /** Parameters, and the update (in place of the gradient). */
  readonly p: Place;
  readonly u: Place;
  /** Memory of the stage by name, one number per parameter, 0 at first. */
  state(name: string): Place;
  /** Numbers of the stage that change from step to step. */
  readonly scalars: Place;
  readonly trainable: number;
  /** Parameters that weight decay applies to come first. */
  readonly decaying: number;
}

export interface Stage {
  readonly name: string;
  /** Settings, for configurations and hashes. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly states: readonly string[];
  /** The changing numbers at step t (1, 2, …) of `total`. */
  scalars(t: number, total: number): readonly number[];
  call(places: StagePlaces): Call;
}

export interface Optimiser {
  readonly stages: readonly Stage[];
  /** Learning rate at step t of `total`, for records. */
  learningRate(t: number, total: number): number;
}

/** An optimiser from its stages; the last must be `descend`. */
export function chain(...stages: readonly Stage[]): Optimiser {
  const last = stages.at(-1);
  if (last?.name !== "descend" || stages.slice(0, -1).some((stage) => stage.name === "descend"))
    fail(
      "option",
      `chain: got stages ${stages.map((stage) => stage.name).join(", ") || "none"}, expected exactly one "descend", at the end`,
    );
  return { stages, learningRate: (t, total) => (last as Stage).scalars(t, total)[0] };
}

/** Adam's direction (Kingma & Ba 2015), as Keras computes it:
 *  m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), u = m/(√v + ε) · √(1 − β₂ᵗ)/(1 − β₁ᵗ). */
export function scaleByAdam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = {}): Stage {
  return {
    name: "scaleByAdam",
    settings: { beta1, beta2, epsilon },
    states: ["m", "v"],
    scalars: (t) => [Math.sqrt(1 - power(beta2, t)) / (1 - power(beta1, t))],
    call: ({ u, state, scalars, trainable }) => ({
      kernel: "scaleByAdam",
      length: trainable,
      args: [u, state("m"), state("v"), u, "lo", "hi", 1 - beta1, 1 - beta2, epsilon, scalars],
    }),
  };
}

/** u ← u + decay·p for weights (not biases, γ or β): decoupled weight decay after `scaleByAdam`, L2 regularisation before. */
export const addDecayed = (decay: number): Stage => ({
  name: "addDecayed",
  settings: { decay },
  states: [],
  scalars: () => [],
  call: ({ p, u, decaying }) => ({
    kernel: "addDecayed",
    length: decaying,
    args: [u, p, "lo", "hi", decay],
  }),
});

/** Momentum: trace ← momentum·trace + u; u ← trace, or with `nesterov` u ← momentum·trace + u. */
export const trace = ({ momentum = 0.9, nesterov = false } = {}): Stage => ({
  name: "trace",
  settings: { momentum, nesterov },
  states: ["trace"],
  scalars: () => [],
  call: ({ u, state, trainable }) => ({
    kernel: "trace",
    length: trainable,
    args: [u, state("trace"), "lo", "hi", momentum, nesterov ? 1 : 0],
  }),
});

/** p ← p − rate·u. */
export const descend = (learningRate: number, schedule: Schedule = constant()): Stage => ({
  name: "descend",
  settings: { learningRate, schedule: { name: schedule.name, ...schedule.settings } },
  states: [],
  scalars: (t, total) => [learningRate * schedule.factor(t, total)],
  call: ({ p, u, scalars, trainable }) => ({
    kernel: "descend",
    length: trainable,
    args: [p, u, "lo", "hi", scalars],
  }),
});

interface Rate {
  readonly learningRate?: number;
  readonly schedule?: Schedule;
}

/** Adam with Keras' defaults: rate 1e-3, β₁ 0.9, β₂ 0.999, ε 1e-7. */
export const adam = ({
  learningRate = 1e-3,
  schedule,
  ...rest
}: Rate & Parameters<typeof scaleByAdam>[0] = {}): Optimiser =>
  chain(scaleByAdam(rest), descend(learningRate, schedule));

/** AdamW (Loshchilov & Hutter 2019): Adam with decoupled weight decay, default 1e-2. */
export const adamW = ({
  learningRate = 1e-3,
  decay = 1e-2,
  schedule,
  ...rest
}: Rate & { decay?: number } & Parameters<typeof scaleByAdam>[0] = {}): Optimiser =>
  chain(scaleByAdam(rest), addDecayed(decay), descend(learningRate, schedule));

/** Gradient descent with momentum (0: none) and L2 weight decay (0: none); rate 1e-2. */
export function sgd({
  learningRate = 1e-2,
  momentum = 0,
  nesterov = false,
  decay = 0,
  schedule,
}: Rate & { momentum?: number; nesterov?: boolean; decay?: number } = {}): Optimiser {
  return chain(
    ...(decay > 0 ? [addDecayed(decay)] : []),
    ...(momentum > 0 ? [trace({ momentum, nesterov })] : []),
    descend(learningRate, schedule),
  );
}

/** The optimisers that a name can choose. Adding one: a line here. */
export const optimisers = { adam, adamW, sgd } as const;
export type OptimiserName = keyof typeof optimisers;

/** βᵗ by repeated squaring, the same on every machine. */
function power(base: number, t: number): number {
  let result = 1;
  for (let factor = base, n = t; n > 0; n = Math.floor(n / 2), factor *= factor)
    if (n % 2 === 1) result *= factor;
  return result;
}
