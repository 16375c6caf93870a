/** Backward passes other than the gradient: what rectifiers hand down in guided backpropagation and in a deconvnet.
 *  Adding one: an entry here. Such plans are never fused, so every rectifier is a step of its own. */

import { type OpKind, opOf } from "../ops/index.js";
import { type Emit, images } from "../ops/op.js";

/** Writes the backward calls of one op in place of its own. */
type Backward = (c: Emit<unknown>) => void;

/** dy ← max(dy, 0). */
const clip: Backward = (c) => c.each("relu", c.dy, c.dy, images(c.output.size));

/** Rules by name; ops that a rule does not mention hand down their gradient. */
export const backwardRules = {
  /** The gradient itself. */
  gradient: {},
  /** dx = dy·[y > 0]·[dy > 0]. Springenberg et al. 2014. */
  guided: {
    relu(c) {
      clip(c);
      opOf("relu").backward(c);
    },
  },
  /** dx = dy·[dy > 0], whatever the forward pass was. Zeiler & Fergus 2014. */
  deconvnet: {
    relu(c) {
      clip(c);
      c.passGradient(0);
    },
  },
} as const satisfies Record<string, Partial<Record<OpKind, Backward>>>;

export type BackwardName = keyof typeof backwardRules;

/** What writes the backward calls of an op of this kind. */
export function backwardOf(kind: OpKind, name: BackwardName): Backward {
  const rules: Partial<Record<OpKind, Backward>> = backwardRules[name];
  return rules[kind] ?? opOf(kind).backward;
}
