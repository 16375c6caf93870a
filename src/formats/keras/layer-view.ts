/** One Keras layer as a handler sees it: its inputs, weights and settings, and which of these it has looked at. */

import type { Fit } from "../fitting.js";
import { isObject, type Json } from "../json.js";
import { showText } from "../problems.js";
import { refuse } from "../translation/obstacles.js";
import type { Translation } from "../translation/translation.js";
import type { Origin, Value } from "../translation/value.js";
import type { Weights } from "../translation/weights.js";
import type { Settings } from "./config.js";

/** A value with channels first, as all here; `theirs` is ours, but for an image without channels ([H,W]). */
export interface KerasValue extends Value {
  /** A vector that is an image [C,H,W] of ours flattened; the file has its elements in the order [H,W,C]. */
  readonly flattened?: readonly [number, number, number];
}

/** A translation and what all layers of the file share. */
export interface KerasTranslation extends Translation {
  /** The program that runs such files. */
  readonly program: "Keras" | "TensorFlow.js";
  /** "3.10.0"; undefined if the file does not say. */
  readonly version: string | undefined;
  /** Whether the file's images are [C,H,W]. */
  readonly channelsFirst: boolean;
  /** Takes x → s·x + b (one number, or one per channel) as what is done to pixels; false if it cannot be said so. */
  addPreprocessing(s: readonly number[], b: readonly number[]): boolean;
  /** Takes a step that brings images to a size; the model's input has that size. */
  addFit(fit: Extract<Fit, { height: number }>): void;
}

/** Arrays of a layer by the names that Keras gives them. */
export type LayerWeights = (
  names: readonly string[],
  optional?: readonly string[],
) => Readonly<Record<string, Weights>>;

export interface LayerView extends Origin {
  readonly className: string;
  readonly inputs: readonly KerasValue[];
  /** The only input. */
  value(): KerasValue;
  /** The layer's weights of these names, in Keras' order; refuses fewer, and others that are not `optional`. */
  weights: LayerWeights;
  setting(key: string): Json | undefined;
  number(key: string, fallback: number): number;
  flag(key: string, fallback: boolean): boolean;
  text(key: string, fallback: string): string;
  /** Two numbers, or one for both. */
  pair(key: string, fallback: readonly [number, number]): readonly [number, number];
  /** All settings are without effect outside training. */
  disregardSettings(): void;
  /** Settings that nothing has asked for: they may change the function, so they refuse the layer. */
  unread(): readonly string[];
}

/** Settings that say how a layer is trained, or which are looked at for the whole model. */
const HARMLESS =
  /^(name|trainable|dtype|batch_input_shape|batch_shape|input_shape|input_dtype|sparse|ragged|optional|seed|noise_shape|synchronized|fused|data_format|autocast|implementation|.*_(initializer|regularizer|constraint))$/;

const AGAIN = "save the model again";

export function layerView(
  name: string,
  className: string,
  config: Settings,
  inputs: readonly KerasValue[],
  weights: LayerWeights,
): LayerView {
  const asked = new Set<string>();
  const setting = (key: string): Json | undefined => {
    asked.add(key);
    return Object.hasOwn(config, key) && config[key] !== null ? config[key] : undefined;
  };
  const wrong = (key: string, expected: string): never =>
    refuse(
      `has the setting ${key} = ${showText(JSON.stringify(config[key]))}, expected ${expected}`,
      AGAIN,
    );
  return {
    name,
    className,
    inputs,
    weights,
    setting,
    value() {
      return inputs.length === 1
        ? inputs[0]
        : refuse(`reads ${inputs.length} values, expected one`, AGAIN);
    },
    number(key, fallback) {
      const value = single(setting(key));
      return value === undefined
        ? fallback
        : typeof value === "number" && Number.isFinite(value)
          ? value
          : wrong(key, "a number");
    },
    flag(key, fallback) {
      const value = setting(key);
      return typeof value === "boolean"
        ? value
        : value === undefined
          ? fallback
          : wrong(key, "true or false");
    },
    text(key, fallback) {
      const value = setting(key);
      return typeof value === "string"
        ? value
        : value === undefined
          ? fallback
          : wrong(key, "a text");
    },
    pair(key, fallback) {
      const value = setting(key);
      const [a, b] = Array.isArray(value) ? value : [value, value];
      if (value === undefined) return fallback;
      const isCount = (n: Json | undefined): n is number =>
        typeof n === "number" && Number.isSafeInteger(n) && n >= 1;
      return isCount(a) && isCount(b) && (!Array.isArray(value) || value.length === 2)
        ? [a, b]
        : wrong(key, "two whole numbers above 0");
    },
    disregardSettings() {
      for (const key of Object.keys(config)) asked.add(key);
    },
    unread: () =>
      Object.entries(config)
        .filter(
          ([key, value]) =>
            value !== null && value !== false && !asked.has(key) && !HARMLESS.test(key),
        )
        .map(([key]) => showText(key)),
  };
}

/** A number that was saved as an array of one. */
function single(value: Json | undefined): Json | undefined {
  if (Array.isArray(value) && value.length === 1) return single(value[0]);
  return isObject(value) && value.type === "ndarray" ? single(value.value) : value;
}
