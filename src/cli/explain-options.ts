/** The options of explain, fold and audit alone. */

import { baselineNames, channelNames, methodNames, statsNames } from "./names.js";
import { option } from "./option-spec.js";
import { choice, choices, type Reader, whole, word } from "./values.js";

/** Several methods, or all of them. */
const methods: Reader<readonly string[]> = (text, flag) =>
  text === "all" ? methodNames : choices(methodNames)(text, flag);

export const explainOptions = {
  method: option({
    flags: "--method <names>",
    commands: ["explain", "evaluate", "compare"],
    help: `methods, with commas between, or all: ${methodNames.join(", ")}`,
    fallback: "saliency,integratedGradients,gradCam,lrpEpsilonPlus",
    read: methods,
  }),
  target: option({
    flags: "--target <what>",
    commands: ["explain"],
    help: "top, second, a class by number or name, or a difference of two: top-second, 3-5, cat-dog",
    fallback: "top",
    read: word,
  }),
  layer: option({
    flags: "--layer <id>",
    commands: ["explain"],
    help: "node that class-activation maps look at",
    fallback: "the last ReLU on an image",
    read: word,
  }),
  baseline: option({
    flags: "--baseline <name>",
    commands: ["explain"],
    help: `what stands for nothing: ${baselineNames.join(", ")}`,
    fallback: "zero",
    read: choice(baselineNames),
  }),
  steps: option({
    flags: "--steps <n>",
    commands: ["explain"],
    help: "points on the path of integrated gradients",
    fallback: "32",
    read: whole(1, 100_000),
  }),
  samples: option({
    flags: "--samples <n>",
    commands: ["explain"],
    help: "draws of sampling methods: noisy copies, coalitions, masks, orders",
    fallback: "each method's own",
    read: whole(1, 10_000_000),
  }),
  patch: option({
    flags: "--patch <n>",
    commands: ["explain"],
    help: "side of the patches of Shapley values and of the occluding window, in pixels",
    fallback: "an eighth of the shorter side, 4 at least",
    read: whole(1, 4096),
  }),
  channels: option({
    flags: "--channels <name>",
    commands: ["explain"],
    help: `how the channels of a pixel become one number: ${channelNames.join(", ")}`,
    fallback: "each method's own",
    read: choice(channelNames),
  }),
  stats: option({
    flags: "--stats <name>",
    commands: ["explain"],
    help: `statistics of Batch Norm: ${statsNames.join(", ")}; those of the batch let pictures change each other's maps`,
    fallback: "running",
    read: choice(statsNames),
  }),
  resize: option({
    flags: "--resize",
    commands: ["explain"],
    help: "fit pictures of another size or number of channels to the model",
    read: (): boolean => true,
  }),
  images: option({
    flags: "--images <n>",
    commands: ["audit"],
    help: "validation images to look at",
    fallback: "64",
    read: whole(2, 100_000),
  }),
  maps: option({
    flags: "--maps <n>",
    commands: ["audit", "evaluate", "compare"],
    help: {
      audit: "images whose maps are compared before and after folding",
      evaluate: "images whose maps stand on the page",
      compare: "images whose maps stand on the page",
    },
    fallback: { audit: "4", evaluate: "6", compare: "6" },
    read: whole(1, 1000),
  }),
  output: option({
    flags: "-o, --output <file>",
    commands: ["fold", "convert"],
    help: {
      fold: "where the folded model is written",
      convert:
        "the file to write; its ending says of which kind: .onnx, .safetensors, .json (the graph alone)",
    },
    fallback: { fold: "MODEL-folded.safetensors beside the model" },
    read: word,
  }),
} as const;
