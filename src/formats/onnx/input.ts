/** What a graph takes in: the shape of an image, and whether its channels come last. */

import { sameShape, size } from "../../tensor/tensor.js";
import { badFile, showText, unsupportedFile } from "../problems.js";
import { MAX_ELEMENTS } from "../translation/translation.js";
import type { Value } from "../translation/value.js";
import type { GraphMessage } from "./messages.js";
import type { Wiring } from "./wiring.js";

/** Names of element types that images are not taken in. */
const ELEMENTS: Readonly<Record<number, string>> = {
  2: "uint8",
  3: "int8",
  5: "int16",
  6: "int32",
  7: "int64",
  8: "string",
};

/** The model's input: the images. A vector may be said to be an image, row by row. */
export function inputOf(
  graph: GraphMessage,
  wires: Wiring,
  name: string,
  given: readonly [number, number, number] | undefined,
) {
  const place = `input ${showText(wires.input)}`;
  const declared = graph.inputs.find((input) => input.name === wires.input);
  const dims = declared?.shape ?? ["?", "?", "?", "?"];
  if (![1, 10, 11, 0].includes(declared?.elementType ?? 0))
    unsupportedFile(
      name,
      place,
      `elements of type ${ELEMENTS[declared?.elementType ?? 0] ?? declared?.elementType}`,
      "floats",
      "export the model for float images",
    );
  if (dims.length !== 4 && dims.length !== 2)
    unsupportedFile(
      name,
      place,
      `shape [${dims.join(",")}]`,
      "images [N,C,H,W] or vectors [N,F]",
      "give a model of images",
    );
  const image = dims.length === 2 ? given : undefined;
  if (image && typeof dims[1] === "number" && size(image) !== dims[1])
    badFile(
      name,
      place,
      `shape [${dims.join(",")}]`,
      `[N,${size(image)}], the pixels of ${image.join("×")}`,
      "say the shape of its images (--input-shape), or leave that out",
    );
  const sample = dims
    .slice(1)
    .map((length, k) =>
      typeof length === "number" && length > 0 ? length : image ? size(image) : (given?.[k] ?? 0),
    );
  if (sample.some((length) => length === 0))
    unsupportedFile(
      name,
      place,
      `shape [${dims.join(",")}]`,
      "channels, height and width in numbers",
      "say the shape of an image (--input-shape 3x224x224)",
    );
  if (given && dims.length === 4 && !sameShape(given, sample))
    badFile(
      name,
      place,
      `shape [${dims.join(",")}]`,
      `[N,${given.join(",")}] as asked for`,
      "leave out --input-shape",
    );
  if (!(size(sample) <= MAX_ELEMENTS))
    badFile(
      name,
      place,
      `shape [${dims.join(",")}]`,
      `at most ${MAX_ELEMENTS} elements`,
      "give a model of smaller images",
    );
  const [C, H = 1, W = 1] = image ?? sample;
  const shape = [C, H, W] as const;
  const [N] = dims;
  return {
    shape,
    batch: typeof N === "number" && N > 0 ? N : undefined,
    value: { id: "input", ours: shape, theirs: sample, sole: false } satisfies Value,
  };
}

/** An input [H,W,C] that a transposition makes [C,H,W] at once, as converters from Keras write it. */
export function channelsFirst(graph: GraphMessage, wires: Wiring, value: Value) {
  const readers = wires.reachable
    .map((k) => graph.nodes[k])
    .filter((node) => node.inputs.includes(wires.input));
  const [node] = readers;
  const perm = node?.attributes.find((a) => a.name === "perm")?.integers.map(Number);
  if (readers.length !== 1 || node.type !== "Transpose" || perm?.join() !== "0,3,1,2")
    return undefined;
  const [H, W, C] = value.theirs;
  const shape = [C, H, W] as const;
  return { node, shape, value: { ...value, ours: shape, theirs: shape } };
}
