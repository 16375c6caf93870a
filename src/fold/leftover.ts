/** Batch norms that no layer can take up: refused with the reason, or made layers of their own. */

import type { Node } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import { type Draft, factsOf, type Value } from "./draft.js";
import { addAffine } from "./merge.js";
import { dilutes, orderOf, type Rewriter } from "./rewriter.js";

/** The value as a node of its own, its map made a layer or refused. */
export function explicit(
  r: Rewriter,
  reader: Node | undefined,
  value: Value,
  source: string,
): string {
  const { pending } = value;
  if (!pending) return value.id;
  const known = r.made.get(source);
  if (known !== undefined) return known;
  const { norms, s, t } = pending;
  const name = norms.map((id) => `"${id}"`).join(" and ");
  const meets = reader ? `${reader.kind} "${reader.id}"` : "the model's output";
  const shape = r.d.shapeOf(source);
  if (r.leftover === "refuse")
    return fail(
      "unsupported",
      `fold: batch norm ${name} cannot be absorbed: ${reasonBefore(r.d, norms[0])}, and after it ${reasonAfter(reader, meets)}; use leftover "convolution" to make it a 1×1 depthwise convolution, or keep it and choose a rule for it (affine, pass, absolute)`,
    );
  if (shape.length === 1 && shape[0] > LARGEST_DIAGONAL)
    return fail(
      "unsupported",
      `fold: batch norm ${name} meets ${meets} as a vector of ${shape[0]} features, expected at most ${LARGEST_DIAGONAL} for a layer of its own; keep it and choose a rule for it (affine, pass, absolute)`,
    );
  const id = addAffine(r.d, `${norms.at(-1)}Affine`, value.id, pending, shape.length === 1);
  r.made.set(source, id);
  r.merges.push({
    norms,
    past: pending.past,
    into: id,
    direction: "kept",
    order: `${orderOf(pending)} → ${reader?.kind ?? "output"}`,
    bias: "scalar",
    s,
    t,
  });
  return id;
}

const LARGEST_DIAGONAL = 1024;

function reasonBefore(d: Draft, norm: string): string {
  const [id] = factsOf(d.facts, norm).node.inputs;
  if (id === "input") return "before it is the model's input";
  const { node } = factsOf(d.facts, id);
  const others = d.readers(id).filter((reader) => reader !== norm);
  return others.length > 0
    ? `${node.kind} "${id}" before it is also read by ${others.map((o) => (o === "" ? "the caller, as output" : `"${o}"`)).join(", ")}`
    : `${node.kind} "${id}" before it has no weights to take it up`;
}

function reasonAfter(reader: Node | undefined, meets: string): string {
  if (!reader) return `comes ${meets}`;
  if (reader.kind === "add") return `comes ${meets}, whose other branch it does not apply to`;
  if (dilutes(reader)) return `comes ${meets}, which counts zeros of its padding`;
  return `comes ${meets}, with which it does not commute`;
}
