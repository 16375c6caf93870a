/** The options of evaluate, compare and convert alone. */

import type { OptionSpec } from "./options.js";
import { choice, type Reader, whole } from "./values.js";

const option = <T>(spec: OptionSpec<T>): OptionSpec<T> => spec;

/** Keys as they are: the table of measures says which there are. */
const keys: Reader<readonly string[]> = (text) => text.split(",").map((key) => key.trim());

export const evaluateOptions = {
  measures: option({
    flags: "--measures <keys>",
    commands: ["evaluate", "compare"],
    help: "measures to take, with commas between: fgsmAccuracy,deletion/saliency (`normlens measures` lists them)",
    fallback:
      "all that need no more than the model and images, and take no more than 10 passes per image",
    read: keys,
  }),
  explained: option({
    flags: "--explained <n>",
    commands: ["evaluate", "compare"],
    help: "validation images on which explanations are scored",
    fallback: "16",
    read: whole(1, 100_000),
  }),
  opset: option({
    flags: "--opset <n>",
    commands: ["convert", "fold"],
    help: "version of ONNX's operators in a file that ends in .onnx: 17, or 26, the newest",
    fallback: "17",
    read: choice(["17", "26", "newest"]),
  }),
} as const;
