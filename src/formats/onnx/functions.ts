/** Functions of a model's own, as PyTorch's exporter writes modules: their nodes take the place of the nodes that call
 *  them. A function that calls itself, by whatever way, is refused, and so are more calls or nodes than a network has. */

import { badFile, unsupportedFile } from "../problems.js";
import {
  type AttributeMessage,
  type FunctionMessage,
  type GraphMessage,
  MAX_NODES,
  type ModelMessage,
  type NodeMessage,
  nodePlace,
} from "./messages.js";

/** Functions within functions. */
const DEEPEST = 32;

const keyOf = (f: { domain: string; overload: string }, name: string): string =>
  [f.domain === "ai.onnx" ? "" : f.domain, name, f.overload].join("\n");

/** The graph without calls of functions. */
export function inlined(
  graph: GraphMessage,
  { functions, opsets }: Pick<ModelMessage, "functions" | "opsets">,
  name: string,
): GraphMessage {
  if (functions.length === 0) return graph;
  const known = new Map(functions.map((f) => [keyOf(f, f.name), f]));
  const nodes: NodeMessage[] = [];
  const taken = new Set([
    ...graph.nodes.flatMap((node) => node.outputs),
    ...[...graph.inputs, ...graph.initializers].map((value) => value.name),
  ]);
  let calls = 0;

  const visit = (node: NodeMessage, open: ReadonlySet<FunctionMessage>, place: string): void => {
    const called = known.get(keyOf(node, node.type));
    if (!called) {
      if (nodes.push(node) > MAX_NODES)
        badFile(name, "functions", `more than ${MAX_NODES} nodes in all`, `at most ${MAX_NODES}`);
      return;
    }
    if (open.has(called) || open.size === DEEPEST || ++calls > MAX_NODES)
      badFile(
        name,
        place,
        "a function that calls itself, or too many",
        "functions that end",
        "export the model again",
      );
    checkOpset(called, opsets, name, place);
    const within = new Set([...open, called]);
    for (const inner of bodyOf(node, called, taken))
      visit(inner, within, `${place}, ${inner.type}`);
  };
  for (const [k, node] of graph.nodes.entries()) visit(node, new Set(), nodePlace(node, k));
  return { ...graph, nodes };
}

function checkOpset(
  f: FunctionMessage,
  opsets: ReadonlyMap<string, number>,
  name: string,
  place: string,
): void {
  const own = f.opsets.get("");
  if (own !== undefined && own !== opsets.get(""))
    unsupportedFile(
      name,
      place,
      `a function of opset ${own} in a model of opset ${opsets.get("")}`,
      "one opset",
      "inline the functions and convert the model (onnx.inliner, onnx.version_converter)",
    );
}

/** A function's nodes with the values and attributes of a call. */
function bodyOf(call: NodeMessage, f: FunctionMessage, taken: Set<string>): NodeMessage[] {
  const values = new Map([["", ""]]);
  f.inputs.forEach((formal, i) => void values.set(formal, call.inputs[i] ?? ""));
  const passed: NodeMessage[] = [];
  f.outputs.forEach((formal, i) => {
    const actual = call.outputs[i] ?? "";
    const given = values.get(formal);
    if (given === undefined && actual !== "") values.set(formal, actual);
    else if (given !== undefined && actual !== "")
      passed.push({
        ...call,
        type: "Identity",
        domain: "",
        inputs: [given],
        attributes: [],
        outputs: [actual],
      });
  });
  const inCall = (inner: string): string => {
    const found = values.get(inner);
    if (found !== undefined) return found;
    const base = `${call.name || call.type}/${inner}`;
    let made = base;
    for (let k = 2; taken.has(made); k++) made = `${base}_${k}`;
    taken.add(made);
    values.set(inner, made);
    return made;
  };
  const nodes = f.nodes.map((node) => ({
    ...node,
    name: `${call.name || call.type}/${node.name || node.type}`,
    inputs: node.inputs.map(inCall),
    outputs: node.outputs.map(inCall),
    attributes: node.attributes.flatMap((a) => attributeOf(a, call, f)),
  }));
  return [...nodes, ...passed];
}

/** An attribute as it is, or what the call or the function's defaults say for the name that it refers to. */
function attributeOf(
  a: AttributeMessage,
  call: NodeMessage,
  f: FunctionMessage,
): readonly AttributeMessage[] {
  if (a.reference === "") return [a];
  const given = [...call.attributes, ...f.defaults].find(({ name }) => name === a.reference);
  return given ? [{ ...given, name: a.name }] : [];
}
