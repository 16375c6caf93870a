/** Options of commands that read models of other programs. */

import { parsePreprocessing, preprocessings } from "../formats/preprocessing.js";
import { NormLensError } from "../tensor/errors.js";
import type { OptionSpec } from "./options.js";
import { type Reader, word } from "./values.js";

const option = <T>(spec: OptionSpec<T>): OptionSpec<T> => spec;

/** "3x224x224". */
const imageShape: Reader<readonly [number, number, number]> = (text, flag) => {
  const [C, H, W, ...rest] = text
    .split(/[x×]/)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
  if (rest.length === 0 && [C, H, W].every((length) => length > 0 && length <= 65536))
    return [C, H, W];
  throw new NormLensError(
    "option",
    `${flag}: got "${text}", expected channels, height and width, such as 3x224x224`,
  );
};

/** Kept as text once it is known to be sound. */
const preprocessing: Reader<string> = (text) => {
  parsePreprocessing(text);
  return text;
};

const reading = ["inspect", "explain", "fold", "audit"] as const;

export const modelOptions = {
  inputShape: option({
    flags: "--input-shape <CxHxW>",
    commands: reading,
    help: "shape of an image, where the model leaves it open: 3x224x224",
    read: imageShape,
  }),
  modelOutput: option({
    flags: "--model-output <name>",
    commands: reading,
    help: "the output to take of a model with several",
    read: word,
  }),
  preprocess: option({
    flags: "--preprocess <how>",
    commands: reading,
    help: `what is done to pixels first: ${Object.keys(preprocessings).join(", ")}, or "scale=1/255; mean=…; std=…; channels=rgb"`,
    fallback: "what the model's file says, else pixels from 0 to 1",
    read: preprocessing,
  }),
} as const;
