/** Weights without a network, as PyTorch's state_dict names them, gathered by the module they belong to. */

import { showText, unsupportedFile } from "../problems.js";
import type { StoredArray } from "../safetensors.js";
import type { Weights } from "../translation/weights.js";

/** PyTorch's names of a module's arrays, and ours. A norm's `weight` is γ, its `bias` β. */
const LAYER_ROLES: Readonly<Record<string, string>> = { weight: "weight", bias: "bias" };
const NORM_ROLES: Readonly<Record<string, string>> = {
  weight: "gamma",
  bias: "beta",
  running_mean: "runningMean",
  running_var: "runningVariance",
};

export interface Module {
  /** "layer1.0.conv1". */
  readonly name: string;
  readonly kind: "layer" | "norm";
  /** By our names. */
  readonly arrays: Readonly<Record<string, Weights>>;
}

/** What wrappers put before every name. */
const WRAPPERS = /^(module|model|net|network|state_dict|_orig_mod)\./;

/** Modules in the natural order of their names: layer2 before layer10. */
export function modulesOf(
  arrays: ReadonlyMap<string, StoredArray>,
  file: string,
): readonly Module[] {
  const found = new Map<string, Map<string, Weights>>();
  for (const [key, { shape, data, dtype }] of arrays) {
    const cut = key.lastIndexOf(".");
    const [owner, role] = [key.slice(0, Math.max(0, cut)), key.slice(cut + 1)];
    if (role === "num_batches_tracked") continue; // how long statistics were gathered, which changes nothing
    if (!(data instanceof Float32Array || data instanceof Float64Array))
      return unsupportedFile(
        file,
        `array ${showText(key)}`,
        `elements of type ${dtype}`,
        "floats",
        "save the model in float32",
      );
    const own = found.get(owner) ?? new Map<string, Weights>();
    found.set(owner, own.set(role, { shape, data, name: key }));
  }
  const unwrapped = [...found].map(([name, own]) => module(name, own, file));
  return bare(unwrapped).sort((a, b) => naturally(a.name, b.name));
}

function module(name: string, own: ReadonlyMap<string, Weights>, file: string): Module {
  const isNorm =
    own.has("running_mean") || (own.get("weight") ?? own.get("bias"))?.shape.length === 1;
  const roles = isNorm ? NORM_ROLES : LAYER_ROLES;
  const arrays = [...own].map(([role, weights]) => {
    if (!Object.hasOwn(roles, role))
      return unsupportedFile(
        file,
        `array ${showText(weights.name ?? role)}`,
        `the role ${showText(role)}`,
        Object.keys({ ...LAYER_ROLES, ...NORM_ROLES }).join(", "),
        "give weights of convolutions, dense layers and norms",
      );
    return [roles[role], weights] as const;
  });
  return { name, kind: isNorm ? "norm" : "layer", arrays: Object.fromEntries(arrays) };
}

/** Without a wrapper that stands before all names. */
function bare(modules: readonly Module[]): Module[] {
  let names = [...modules];
  while (names.length > 0 && names.every(({ name }) => WRAPPERS.test(name)))
    names = names.map((m) => ({ ...m, name: m.name.replace(WRAPPERS, "") }));
  return names;
}

/** Numbers in names as numbers. */
function naturally(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split(/(\d+)/));
  for (let k = 0; k < Math.min(left.length, right.length); k++) {
    const [x, y] = [left[k], right[k]];
    if (x === y) continue;
    return k % 2 === 1 ? Number(x) - Number(y) : x < y ? -1 : 1;
  }
  return left.length - right.length;
}
