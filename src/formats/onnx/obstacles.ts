/** An ONNX operator that stands in the way of a model, and what would help. */

import { showText } from "../problems.js";
import type { Obstacle } from "../translation/obstacles.js";
import { type NodeMessage, nodePlace } from "./messages.js";

/** The model may be cut before a node. */
const without = (before: string | undefined): string =>
  `explain the part of the model before it (--model-output${before === undefined ? "" : ` ${before}`}), or build the model without it`;

const IMAGES = "only feed-forward networks on images can be taken";

/** What helps with operators that people meet. */
const hints: Readonly<Record<string, string>> = {
  FusedConv: "give the model as it was before onnxruntime optimised it",
  LSTM: IMAGES,
  GRU: IMAGES,
  Attention: IMAGES,
  Einsum: IMAGES,
  If: "export the model for inference, with fixed settings",
  Loop: "export the model for inference, with fixed settings",
  Erf: "it is taken in GELU alone: x·½·(1 + erf(x/√2)), its numbers in the file",
};

/** QuantizeLinear, QLinearConv, MatMulInteger and their like, also those that onnxruntime adds. */
const QUANTISED = /quantize|^QLinear|^Q(Gemm|Attention)$|Integer(ToFloat)?$|NBits$|Bnb4$/i;

const whyNot = ({ type, domain }: NodeMessage): string =>
  QUANTISED.test(type)
    ? "computes with quantised numbers"
    : domain === "" || domain === "ai.onnx"
      ? "is no operator that can be taken"
      : `is of another set of operators, ${showText(domain)}`;

const remedyFor = ({ type, inputs }: NodeMessage): string =>
  QUANTISED.test(type)
    ? "export the model without quantisation, in float32"
    : Object.hasOwn(hints, type)
      ? hints[type]
      : without(inputs.find((name) => name !== ""));

export function obstacle(
  node: NodeMessage,
  index: number,
  why = whyNot(node),
  remedy = remedyFor(node),
): Obstacle {
  const reads = node.inputs.filter((name) => name !== "").slice(0, 3);
  const from = reads.length > 0 ? ` (reads ${reads.map(showText).join(", ")})` : "";
  return { place: `${nodePlace(node, index)}${from}`, why, remedy };
}
