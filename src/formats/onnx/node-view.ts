/** One ONNX node as a handler sees it: its inputs, its attributes, and which of them it has looked at. */

import { showText } from "../problems.js";
import { refuse } from "../translation/obstacles.js";
import type { Translation } from "../translation/translation.js";
import type { Origin, Value } from "../translation/value.js";
import type { Constant } from "./constants.js";
import type { AttributeMessage, NodeMessage, TensorMessage } from "./messages.js";

/** A translation and what the file says of its graph. */
export interface OnnxTranslation extends Translation {
  readonly opset: number;
  /** Images per batch if the file fixes them. */
  readonly batch: number | undefined;
  /** Name of the value that the model ends in. */
  readonly output: string;
}

export type Known = Value | Constant;

export const isConstant = (known: Known): known is Constant => "data" in known;

export interface NodeView extends Origin {
  readonly message: NodeMessage;
  /** Input i if it depends on the model's input. */
  value(i: number): Value;
  /** Input i if it is known now; undefined if it is left out. `what` names it in a refusal. */
  constant(i: number, what: string): Constant | undefined;
  /** Input i as it is; refuses one that is left out. */
  input(i: number): Known;
  readonly count: number;
  int(name: string, fallback: number): number;
  ints(name: string): number[] | undefined;
  float(name: string, fallback: number): number;
  floats(name: string): number[] | undefined;
  text(name: string, fallback: string): string;
  tensor(name: string): TensorMessage | undefined;
  has(name: string): boolean;
  /** Attributes that nothing has asked for: they may change the function, so they refuse the node. */
  unread(): readonly string[];
}

const PLAIN = "simplify the model (onnxsim, onnxslim) or export it again with fixed settings";

/** ONNX's numbers for what an attribute holds. */
const [FLOAT, INT, TEXT, TENSOR, FLOATS, INTS] = [1, 2, 3, 4, 6, 7];

export function nodeView(message: NodeMessage, inputs: readonly (Known | undefined)[]): NodeView {
  const asked = new Set<string>();
  /** An attribute, which must hold what is asked for. */
  const find = (name: string, type?: number): AttributeMessage | undefined => {
    asked.add(name);
    const found = message.attributes.find((a) => a.name === name);
    if (found && type !== undefined && found.type !== type && found.type !== 0)
      refuse(`has the attribute ${showText(name)} of another kind`, "export the model again");
    return found;
  };
  const input = (i: number): Known =>
    inputs[i] ?? refuse(`has no input ${i + 1}`, "export the model again");
  return {
    name: message.name,
    message,
    input,
    count: inputs.length,
    value(i) {
      const known = input(i);
      return isConstant(known)
        ? refuse(`takes constants for input ${i + 1}, expected a value computed from images`, PLAIN)
        : known;
    },
    constant(i, what) {
      const known = inputs[i];
      if (known && !isConstant(known))
        refuse(`computes its ${what} from the images, expected ${what} known beforehand`, PLAIN);
      return known;
    },
    int: (name, fallback) => {
      const a = find(name, INT);
      return a ? Number(a.integer) : fallback;
    },
    ints: (name) => find(name, INTS)?.integers.map(Number),
    float: (name, fallback) => find(name, FLOAT)?.float ?? fallback,
    floats: (name) => find(name, FLOATS)?.floats,
    text(name, fallback) {
      const a = find(name, TEXT);
      return a ? new TextDecoder().decode(a.bytes) : fallback;
    },
    tensor: (name) => find(name, TENSOR)?.tensor,
    has: (name) => find(name) !== undefined,
    unread: () =>
      message.attributes
        .filter((a) => a.foreign || a.reference !== "" || !asked.has(a.name))
        .map((a) => showText(a.name)),
  };
}
