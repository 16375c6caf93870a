/** What stands in the way of a model, all of it at once: which operator, where, why, and what would help. */

import { fail } from "../../tensor/errors.js";
import { showText } from "../problems.js";
import { type NodeMessage, nodePlace } from "./messages.js";

export interface Obstacle {
  /** "node 12 "/conv/Conv", Conv (reads "a", "b")". */
  readonly place: string;
  readonly why: string;
  readonly remedy: string;
}

const GENERIC =
  "explain the part of the model before it (--model-output), or build the model without it";
const FLOAT = "give the model before quantisation, in float32";
const IMAGES = "only feed-forward networks on images can be taken";

/** What helps with operators that people meet. */
const hints: Readonly<Record<string, string>> = {
  ConvTranspose: "explain the part of the model before it (--model-output)",
  Resize: "use pooling or strided convolutions instead of resizing inside the network",
  Upsample: "use pooling or strided convolutions instead of resizing inside the network",
  QLinearConv: FLOAT,
  QuantizeLinear: FLOAT,
  DequantizeLinear: FLOAT,
  ConvInteger: FLOAT,
  FusedConv: "give the model as it was before onnxruntime optimised it",
  LSTM: IMAGES,
  GRU: IMAGES,
  Attention: IMAGES,
  Einsum: IMAGES,
  If: "export the model for inference, with fixed settings",
  Loop: "export the model for inference, with fixed settings",
  Erf: "use ReLU or SiLU for GELU",
  Gelu: "use ReLU or SiLU for GELU",
};

export function obstacle(
  node: NodeMessage,
  index: number,
  why = node.domain === "" || node.domain === "ai.onnx"
    ? "is no operator that can be taken"
    : `is of another set of operators, ${showText(node.domain)}`,
  remedy = (Object.hasOwn(hints, node.type) ? hints[node.type] : undefined) ?? GENERIC,
): Obstacle {
  const reads = node.inputs.filter((name) => name !== "").slice(0, 3);
  const from = reads.length > 0 ? ` (reads ${reads.map(showText).join(", ")})` : "";
  return { place: `${nodePlace(node, index)}${from}`, why, remedy };
}

const SHOWN = 40;

export function refuseAll(name: string, obstacles: readonly Obstacle[], nodes: number): never {
  const lines = obstacles
    .slice(0, SHOWN)
    .map(({ place, why, remedy }) => `  ${place}: ${why}; ${remedy}`);
  const more = obstacles.length > SHOWN ? [`  … and ${obstacles.length - SHOWN} more`] : [];
  const count = `${obstacles.length} operator${obstacles.length === 1 ? "" : "s"}`;
  return fail(
    "unsupported",
    `${name}: got ${count} that cannot be taken, expected only those of docs/models.md ` +
      `(${obstacles.length} of ${nodes} nodes); nothing was approximated:\n${[...lines, ...more].join("\n")}`,
  );
}
