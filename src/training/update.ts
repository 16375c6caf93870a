/** Optimiser → the buffers and phases that a training plan ends with. */

import { fixedBuffer, placeOf } from "../engine/model-buffers.js";
import type { Call, ModelBuffers, Phase } from "../engine/plan.js";
import type { Buffer, Place } from "../ops/op.js";
import type { Optimiser, Stage, StagePlaces } from "./optimiser.js";

export interface Update {
  readonly buffers: readonly Buffer[];
  readonly update: readonly Phase[];
  /** Places of each stage's changing numbers, in the order of the stages. */
  readonly scalars: readonly Place[];
  /** State buffers by "stage.state". */
  readonly states: ReadonlyMap<string, Place>;
}

const SCALARS = 4; // per stage

export function updateOf(optimiser: Optimiser, model: ModelBuffers, fuse: boolean): Update {
  const scalarBuffer = fixedBuffer("scalars", SCALARS * optimiser.stages.length);
  const states = new Map<string, Place>();
  for (const stage of optimiser.stages)
    for (const state of stage.states)
      states.set(
        `${stage.name}.${state}`,
        placeOf(fixedBuffer(`${stage.name}.${state}`, model.trainable)),
      );
  const scalars = optimiser.stages.map((_, i) => placeOf(scalarBuffer, SCALARS * i));
  const places = (stage: Stage, i: number): StagePlaces => ({
    p: placeOf(model.parameters),
    u: placeOf(model.gradients),
    state: (name) => states.get(`${stage.name}.${name}`) as Place,
    scalars: scalars[i],
    trainable: model.trainable,
    decaying: model.decaying,
  });
  const calls = optimiser.stages.map((stage, i) => stage.call(places(stage, i)));
  return {
    buffers: [scalarBuffer, ...[...states.values()].map((place) => place.buffer)],
    update: (fuse ? fuseAdam(calls) : calls).map((call) => ({
      kind: "late",
      before: [],
      after: [],
      calls: [call],
    })),
    scalars,
    states,
  };
}

/** scaleByAdam directly followed by descend: one pass over the parameters, same bits. */
function fuseAdam(calls: readonly Call[]): readonly Call[] {
  const [first, second, ...rest] = calls;
  if (first?.kernel !== "scaleByAdam" || second?.kernel !== "descend" || rest.length > 0)
    return calls;
  const [g, m, v, , lo, hi, oneMinusBeta1, oneMinusBeta2, epsilon, scalars] = first.args;
  const [p, , , , rate] = second.args;
  const args = [p, g, m, v, lo, hi, oneMinusBeta1, oneMinusBeta2, epsilon, scalars, rate];
  return [
    { kernel: "adam", args, ...(first.length === undefined ? {} : { length: first.length }) },
  ];
}
