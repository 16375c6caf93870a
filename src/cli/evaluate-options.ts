/** The options of evaluate, compare, convert and inspect alone. */

import { option } from "./option-spec.js";
import { choice, whole, word } from "./values.js";

export const evaluateOptions = {
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
  classes: option({
    flags: "--classes <names>",
    commands: ["explain", "audit", "evaluate", "compare"],
    help: "names of the model's outputs in their order, with commas between, or a file of them: a line each, or JSON",
    fallback: "as the dataset has them",
    read: word,
  }),
  draw: option({
    flags: "--draw <file>",
    commands: ["inspect"],
    help: "draw the graph as a picture (.svg), norms and folds marked",
    read: word,
  }),
} as const;
