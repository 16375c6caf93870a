/** Hands a quantity from the logits to the image, node by node, by a rule per kind of op: the frame of methods whose
 *  backward pass needs more than gradients. */

import type { Session } from "../engine/session.js";
import type { Model, Node } from "../model/model.js";
import type { OpKind } from "../ops/index.js";
import { fail } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";
import { aloneGraph, kernelMap } from "./relevance/linear-map.js";

/** The values of all nodes for a batch; "input" is the batch itself. */
export type Values = Readonly<Record<string, Tensor>>;

export function valuesOf(session: Session, images: Tensor): Values {
  const ids = session.model.nodes.map(({ id }) => id);
  return { ...session.activations(images, ids), input: images };
}

/** What the inputs of a node get of what it was given. */
export type HandDown = (node: Node, given: Tensor) => readonly Tensor[];

/** A rule for every kind of op: a kind that is missing does not compile. */
export type HandDownRules = Readonly<Record<OpKind, HandDown>>;

/** The image's share of `start`, which the output is given. A value that several nodes read gets the sum. */
export function handDown(model: Model, start: Tensor, rules: HandDownRules): Tensor | undefined {
  const held = new Map<string, Tensor>([[model.output, start]]);
  for (const node of [...model.nodes].reverse()) {
    const given = held.get(node.id);
    if (!given) continue;
    held.delete(node.id);
    rules[node.kind](node, given).forEach((part, i) => {
      const id = node.inputs[i];
      const before = held.get(id);
      held.set(id, before ? sum(before, part) : part);
    });
  }
  return held.get("input");
}

function sum(a: Tensor, b: Tensor): Tensor {
  const out = zeros(a);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i] + b.data[i];
  return out;
}

/** Images per pass: more spill out of the cache, and all values of the network are held for them. */
export const BATCH = 4;

type Alone = ReturnType<typeof kernelMap>;

/** Nodes on the kernels, each made once: forward, and back from there. */
export type AloneMaps = (node: Node, shape: readonly number[]) => Alone;

/** For batches of at most so many images, with other parameters if `change` gives some. */
export function aloneMaps(session: Session, batch: number, change?: Change): AloneMaps {
  const made = new Map<string, Alone>();
  return (node, [, ...shape]) => {
    const known = made.get(node.id) ?? aloneMap(session, node, [batch, ...shape], change);
    made.set(node.id, known);
    return known;
  };
}

type Change = (name: string, value: Tensor) => Tensor;

function aloneMap(
  { model, backend }: Session,
  node: Node,
  [batch, ...shape]: readonly number[],
  change?: Change,
): Alone {
  const prefix = `${node.id}.`;
  const parameters = Object.fromEntries(
    Object.entries(model.parameters)
      .filter(([key]) => key.startsWith(prefix) && !key.slice(prefix.length).includes("."))
      .map(([key, value]) => [key, change?.(key.slice(prefix.length), value) ?? value]),
  );
  return kernelMap({ ...aloneGraph(node, shape), parameters }, backend, batch);
}

/** For ops that a method has no rule for. */
export const refuse =
  (who: string, why: string): HandDown =>
  (node) =>
    fail("unsupported", `${who}: node "${node.id}" is a ${node.kind}, ${why}`);

/** The same numbers in the shape of the node's input. */
export const reshaped = (given: Tensor, like: Tensor): Tensor => ({
  shape: like.shape,
  data: given.data,
});

/** A concatenation's parts for the two values that it joined. */
export function split(given: Tensor, a: Tensor, b: Tensor): readonly Tensor[] {
  const [first, second] = [zeros(a), zeros(b)];
  const [n] = a.shape;
  const [left, right] = [a.data.length / n, b.data.length / n];
  for (let i = 0; i < n; i++) {
    const at = i * (left + right);
    first.data.set(given.data.subarray(at, at + left), i * left);
    second.data.set(given.data.subarray(at + left, at + left + right), i * right);
  }
  return [first, second];
}
