/** How a graph's values hang together: what makes each, what reads it, and that there is no ring and no loose end. */

import { hint } from "../../tensor/suggest.js";
import { badFile, showText, unsupportedFile } from "../problems.js";
import { nameOf } from "../translation/translation.js";
import { type GraphMessage, nodePlace } from "./messages.js";

export interface Wiring {
  readonly input: string;
  readonly output: string;
  /** The node that makes a value, by the value's name. */
  readonly makers: ReadonlyMap<string, number>;
  /** Nodes that the output depends on, in the file's order. */
  readonly reachable: readonly number[];
}

export function wiring(graph: GraphMessage, name: string, wanted: string | undefined): Wiring {
  const stored = new Set(graph.initializers.map((t) => t.name));
  const inputs = graph.inputs.map((v) => v.name).filter((input) => !stored.has(input));
  const makers = new Map<string, number>();
  const claim = (value: string, k: number, place: string): void => {
    if (value === "") return;
    if (makers.has(value) || (k >= 0 && (stored.has(value) || inputs.includes(value))))
      badFile(
        name,
        place,
        `value ${showText(value)} made twice`,
        "a maker of its own for each value",
      );
    makers.set(value, k);
  };
  for (const [k, node] of graph.nodes.entries())
    for (const value of node.outputs) claim(value, k, nodePlace(node, k));
  const { output, reachable } = outputOf(graph, makers, name, wanted);
  const read = new Set([output, ...reachable.flatMap((k) => graph.nodes[k].inputs)]);
  const needed = inputs.length > 1 ? inputs.filter((input) => read.has(input)) : inputs;
  return { input: inputOf(graph, needed, name), makers, output, reachable };
}

/** The only one of the inputs that the output depends on. */
function inputOf(graph: GraphMessage, needed: readonly string[], name: string): string {
  if (needed.length === 1) return needed[0];
  const shown = graph.inputs
    .filter((input) => needed.includes(input.name))
    .slice(0, 8)
    .map((input) => `${showText(input.name)} [${input.shape ?? "?"}]`);
  return unsupportedFile(
    name,
    "graph",
    needed.length === 0 ? "no input" : `${needed.length} inputs, ${shown.join(", ")}`,
    "one input, the images",
    needed.length === 0
      ? "export a model of images"
      : "make the others constants in the model, or choose an output that the images alone lead to (--model-output NAME)",
  );
}

/** What is made under a name, or by the node that `inspect` shows under it: a model may be cut anywhere. */
function called(
  { nodes }: GraphMessage,
  makers: ReadonlyMap<string, number>,
  wanted: string,
): string | undefined {
  if (makers.has(wanted)) return wanted;
  const node = nodes.find((one) =>
    [one.name, nameOf(one, { name: one.inputs[1] })].includes(wanted),
  );
  return node?.outputs[0];
}

function outputOf(
  graph: GraphMessage,
  makers: ReadonlyMap<string, number>,
  name: string,
  wanted: string | undefined,
): Pick<Wiring, "output" | "reachable"> {
  const names = graph.outputs.map((v) => v.name);
  const shown = names.slice(0, 8).map(showText).join(", ");
  if (wanted === undefined && names.length !== 1)
    unsupportedFile(
      name,
      "graph",
      names.length === 0 ? "no output" : `outputs ${shown}`,
      "one output, the logits",
      "choose one (--model-output NAME), or export the model with one",
    );
  const output = wanted === undefined ? names[0] : called(graph, makers, wanted);
  if (output === undefined)
    return unsupportedFile(
      name,
      "graph",
      `outputs ${shown}`,
      `${showText(wanted ?? "")} as asked for`,
      `choose one of them, or a node as inspect names it${hint(wanted ?? "", names)}`,
    );
  const needed = new Set<number>();
  const open = [output];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const k = makers.get(value);
    if (k === undefined || needed.has(k)) continue;
    needed.add(k);
    for (const input of graph.nodes[k].inputs) open.push(input);
  }
  return { output, reachable: [...needed].sort((a, b) => a - b) };
}

/** Every value that is read must be the input, stored, or made by an earlier node: the format's own demand, and what
 *  makes rings impossible. */
export function checkWiring(graph: GraphMessage, wires: Wiring, name: string): void {
  const there = new Set([wires.input, "", ...graph.initializers.map((t) => t.name)]);
  for (const k of wires.reachable) {
    const node = graph.nodes[k];
    const place = nodePlace(node, k);
    for (const input of node.inputs) {
      if (there.has(input)) continue;
      const maker = wires.makers.get(input);
      badFile(
        name,
        place,
        maker === undefined
          ? `input ${showText(input)}, which nothing makes`
          : `input ${showText(input)}, which comes from node ${maker}`,
        "values that come from nodes before it",
        maker === undefined
          ? undefined
          : "the graph has a ring or is not in order; export it again",
      );
    }
    for (const output of node.outputs) there.add(output);
  }
}

/** How often each value is read by nodes that matter, or by the caller. */
export function consumers(graph: GraphMessage, wires: Wiring): ReadonlyMap<string, number> {
  const counts = new Map<string, number>([[wires.output, 1]]);
  for (const k of wires.reachable)
    for (const input of graph.nodes[k].inputs) counts.set(input, (counts.get(input) ?? 0) + 1);
  return counts;
}
