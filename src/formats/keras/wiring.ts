/** How a network's layers hang together: in which order their calls can be made, and that there is no ring and no loose
 *  end. */

import { badFile, showText } from "../problems.js";
import type { Call, KerasLayer, KerasNetwork, TensorRef } from "./config.js";

/** One call of a layer, and where it stands in the file. */
export interface CallPlace extends Call {
  readonly layer: KerasLayer;
  readonly index: number;
  readonly node: number;
}

const keyOf = ({ layer, node }: TensorRef): string => `${layer} ${node}`;

/** Calls that the outputs depend on, each after those whose values it reads; in the file's order if that is one. */
export function orderOfCalls(network: KerasNetwork, name: string): readonly CallPlace[] {
  const index = new Map(network.layers.map((layer, k) => [layer.name, k]));
  const inputs = new Set(network.inputs.map(keyOf));
  const done = new Set<string>();
  const open = new Set<string>();
  const order: CallPlace[] = [];
  const stack: (readonly ["visit", TensorRef, string] | readonly ["leave", CallPlace])[] =
    network.outputs.map((ref) => ["visit", ref, "the model's output"] as const);
  for (let step = stack.pop(); step; step = stack.pop()) {
    if (step[0] === "leave") {
      const [, call] = step;
      const key = keyOf({ layer: call.layer.name, node: call.node, tensor: 0 });
      open.delete(key);
      done.add(key);
      order.push(call);
      continue;
    }
    const [, ref, reader] = step;
    const key = keyOf(ref);
    if (done.has(key) || inputs.has(key)) continue;
    if (open.has(key))
      badFile(
        name,
        reader,
        `a ring through layer ${showText(ref.layer)}`,
        "a network without rings",
      );
    const call = callOf(network, index, ref, name, reader);
    open.add(key);
    stack.push(["leave", call]);
    for (const input of call.inputs) stack.push(["visit", input, `layer ${showText(ref.layer)}`]);
  }
  return inFileOrder(order, inputs) ?? order;
}

/** The same calls in the order of the file, if every value is made before it is read in it. */
function inFileOrder(
  order: readonly CallPlace[],
  inputs: ReadonlySet<string>,
): readonly CallPlace[] | undefined {
  const sorted = [...order].sort((a, b) => a.index - b.index || a.node - b.node);
  const made = new Set(inputs);
  for (const call of sorted) {
    if (!call.inputs.every((ref) => made.has(keyOf(ref)))) return undefined;
    made.add(keyOf({ layer: call.layer.name, node: call.node, tensor: 0 }));
  }
  return sorted;
}

function callOf(
  network: KerasNetwork,
  index: ReadonlyMap<string, number>,
  ref: TensorRef,
  name: string,
  reader: string,
): CallPlace {
  const at = index.get(ref.layer);
  const layer = at === undefined ? undefined : network.layers[at];
  const call = layer?.calls[ref.node];
  if (!layer || at === undefined || !call || call.inputs.length === 0 || ref.tensor !== 0)
    return badFile(
      name,
      reader,
      `output ${ref.tensor} of call ${ref.node} of ${showText(ref.layer)}, which nothing makes`,
      "values that layers make",
      "save the whole model again",
    );
  return { ...call, layer, index: at, node: ref.node };
}

/** How often each value is read by any layer, or is an output. */
export function readersOf(network: KerasNetwork): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = (ref: TensorRef): void => {
    counts.set(keyOf(ref), (counts.get(keyOf(ref)) ?? 0) + 1);
  };
  for (const { calls } of network.layers) for (const { inputs } of calls) inputs.forEach(count);
  network.outputs.forEach(count);
  return counts;
}
