/** The gradient of what is explained, which most methods are made of. */

import type { BackwardName } from "../engine/backward.js";
import type { Session } from "../engine/session.js";
import type { Tensor } from "../tensor/tensor.js";
import { type Chosen, choose, seedOf, type Target, top } from "./target.js";

/** Collects choices that are made for a part of a batch at a time (sessions may cut batches). */
export function collect(target: Target, n: number) {
  const found = {
    target: new Int32Array(n),
    ...(typeof target !== "function" && { against: new Int32Array(n) }),
  };
  const seed = (part: Tensor, from: number): Tensor => {
    const chosen = choose(target, part, from);
    found.target.set(chosen.target, from);
    if (chosen.against) found.against?.set(chosen.against, from);
    return seedOf(part, chosen);
  };
  return { found, seed };
}

/** ∂f/∂x for a batch, with the logits and the classes chosen. `backward` names another backward pass. */
export function targetGradient(
  session: Session,
  images: Tensor,
  target: Target = top,
  backward: BackwardName = "gradient",
): { logits: Tensor; gradient: Tensor; chosen: Chosen } {
  const { found, seed } = collect(target, images.shape[0]);
  return { ...session.inputGradient(images, seed, backward), chosen: found };
}
