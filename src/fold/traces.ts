/** Has a model's batch norm been folded away already? A folded model cannot be unfolded, but one can say so. */

import { isWeightNode, type Model } from "../model/model.js";

export interface FoldTraces {
  /** - `no`: it has batch norms, or layers without a bias.
   *  - `possible`: no norm of any kind, and every layer has a bias; a network trained without norms looks the same.
   *  - `likely`: the same, and the scales of its filters and biases look like a batch norm's work.
   *  - `yes`: it has ops that only folding makes. */
  readonly verdict: "no" | "possible" | "likely" | "yes";
  readonly signs: readonly string[];
}

/** Ratio of the largest to the smallest norm of a convolution's filters above which training alone is unlikely. */
const SPREAD = 8;

export function foldTraces(model: Model): FoldTraces {
  const made = model.nodes.filter(({ kind }) =>
    ["biasMap", "clamp", "signedMaxPool2d"].includes(kind),
  );
  if (made.length > 0)
    return { verdict: "yes", signs: made.map(({ kind, id }) => `${kind} "${id}"`) };
  const norms = model.nodes.filter(({ kind }) => kind.endsWith("Norm"));
  const layers = model.nodes.filter(isWeightNode);
  const bare = layers.filter(({ attributes }) => !attributes.bias);
  if (norms.length > 0)
    return { verdict: "no", signs: norms.map(({ kind, id }) => `${kind} "${id}"`) };
  if (bare.length > 0 || layers.length === 0)
    return { verdict: "no", signs: bare.map(({ id }) => `"${id}" has no bias`) };
  const uneven = layers.filter((node) => node.kind === "conv2d" && spread(model, node.id) > SPREAD);
  const signs = [
    "no norm, and every layer has a bias",
    ...(uneven.length === 0
      ? []
      : [`filters of ${names(uneven)} differ by more than ${SPREAD} times in size`]),
  ];
  return { verdict: uneven.length > 0 ? "likely" : "possible", signs };
}

/** At most so many nodes are named. */
const NAMED = 3;

/** '"a", "b", "c" and 5 more'. */
function names(nodes: readonly { readonly id: string }[]): string {
  const rest = nodes.length - NAMED;
  const first = nodes.slice(0, NAMED).map(({ id }) => `"${id}"`);
  return `${first.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** Largest over smallest root of Σ w² among the filters that are not 0. */
function spread(model: Model, id: string): number {
  const { shape, data } = model.parameters[`${id}.weight`];
  const each = data.length / shape[0];
  const squares = new Float64Array(shape[0]);
  data.forEach((w, i) => {
    squares[Math.floor(i / each)] += w * w;
  });
  const norms = [...squares].filter((square) => square > 0).map(Math.sqrt);
  return norms.length === 0 ? 1 : Math.max(...norms) / Math.min(...norms);
}
