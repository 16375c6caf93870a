/** What a network as a whole says: the shape of its input, where channels lie, in which numbers it computes. */

import { size } from "../../tensor/tensor.js";
import { isObject } from "../json.js";
import { badFile, showText, unsupportedFile } from "../problems.js";
import { MAX_ELEMENTS, type Translation } from "../translation/translation.js";
import type { KerasLayer, KerasNetwork } from "./config.js";
import { sizeAtStart } from "./fitting.js";
import type { KerasTranslation, KerasValue } from "./layer-view.js";

/** All layers of a network and of the models in it. */
const everyLayer = (network: KerasNetwork): readonly KerasLayer[] =>
  network.layers.flatMap((layer) => [layer, ...(layer.network ? everyLayer(layer.network) : [])]);

/** Whether any layer that looks at pixels wants channels first. (A flatten's setting says something else.) */
export const hasChannelsFirst = (network: KerasNetwork): boolean =>
  everyLayer(network).some(
    ({ className, config }) => className !== "Flatten" && config.data_format === "channels_first",
  );

/** Notes in which numbers the file computes, if not in ours. */
export function noteDtypes(t: Translation, network: KerasNetwork): void {
  const names = everyLayer(network).map(({ config: { dtype } }) => {
    const policy = isObject(dtype) && isObject(dtype.config) ? dtype.config.name : dtype;
    return typeof policy === "string" ? policy : "float32";
  });
  const others = [...new Set(names)].filter((name) => !/^(float32|u?int\d+)$/.test(name));
  const foreign = others.filter((name) => !/^(mixed_)?b?float(16|64)$/.test(name));
  if (foreign.length > 0)
    unsupportedFile(
      t.name,
      "model",
      `layers that compute in ${foreign.map(showText).join(", ")}`,
      "floats",
      "give the model before quantisation",
    );
  if (others.length > 0)
    t.notes.push(`the file computes in ${others.join(", ")}; here everything is float32`);
}

/** The model's input: images, or vectors of features. */
export function inputOf(
  t: KerasTranslation,
  network: KerasNetwork,
  given: readonly [number, number, number] | undefined,
) {
  const [first] = network.inputs;
  const layer = network.layers.find(({ name }) => name === first.layer);
  const place = `input ${showText(first.layer)}`;
  const shape = layer?.config.batch_shape ?? layer?.config.batch_input_shape;
  const declared = Array.isArray(shape) ? shape.slice(1) : [null, null, null];
  if (![1, 2, 3].includes(declared.length))
    unsupportedFile(
      t.name,
      place,
      `shape ${JSON.stringify(shape)}`,
      "images or vectors",
      "give a model of images",
    );
  const order = t.channelsFirst ? [0, 1, 2] : [2, 0, 1]; // of ours in the file's
  const ours = declared.length === 3 ? order.map((axis) => declared[axis]) : declared;
  const start = sizeAtStart(network);
  const known = given ?? (start && [0, ...start]);
  const lengths = ours.map((length, k) =>
    typeof length === "number" ? length : (known?.[k] ?? 0),
  );
  if (lengths.some((length) => !Number.isSafeInteger(length) || length < 1))
    unsupportedFile(
      t.name,
      place,
      `shape ${JSON.stringify(shape ?? null)}`,
      "channels, height and width in numbers",
      "say the shape of an image (--input-shape 3x224x224)",
    );
  if (given && lengths.length === 3 && lengths.join() !== given.join())
    badFile(
      t.name,
      place,
      `shape ${JSON.stringify(shape)}`,
      `[${given.join(",")}] as asked for`,
      "leave out --input-shape",
    );
  if (!(size(lengths) <= MAX_ELEMENTS))
    badFile(
      t.name,
      place,
      `shape ${JSON.stringify(shape)}`,
      `at most ${MAX_ELEMENTS} elements`,
      "give a model of smaller images",
    );
  const [a, b = 1, c = 1] = lengths;
  const own = lengths.length === 2 ? ([1, a, b] as const) : ([a, b, c] as const);
  const value: KerasValue = { id: "input", ours: own, theirs: lengths, sole: true };
  return { shape: own, value };
}
