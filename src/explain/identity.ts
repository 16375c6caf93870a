/** A model's hash, computed once per model value. */

import { modelHash } from "../model/hash.js";
import type { Model } from "../model/model.js";

const known = new WeakMap<Model, string>();

export function identity(model: Model): string {
  const hash = known.get(model) ?? modelHash(model);
  known.set(model, hash);
  return hash;
}
