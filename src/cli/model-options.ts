/** Options of commands that read models of other programs. */

import { parsePreprocessing, preprocessings } from "../formats/preprocessing.js";
import { NormLensError } from "../tensor/errors.js";
import { modelNames, normNames } from "./names.js";
import { option } from "./option-spec.js";
import { choice, positive, type Reader, word } from "./values.js";

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

/** "resnet20" or "plain:group", kept as text. */
const zooNetwork: Reader<string> = (text, flag) => {
  const [network, norm, ...rest] = text.split(":");
  if (rest.length > 0) return choice(modelNames)(text, flag);
  choice(modelNames)(network, flag);
  if (norm !== undefined) choice(normNames)(norm, flag);
  return text;
};

/** Kept as text once it is known to be sound. */
const preprocessing: Reader<string> = (text) => {
  parsePreprocessing(text);
  return text;
};

const reading = ["inspect", "explain", "fold", "audit", "evaluate", "compare", "convert"] as const;

export const modelOptions = {
  inputShape: option({
    flags: "--input-shape <CxHxW>",
    commands: reading,
    help: "shape of an image, where the model leaves it open or takes a vector of pixels: 3x224x224",
    read: imageShape,
  }),
  modelOutput: option({
    flags: "--model-output <name>",
    commands: reading,
    help: "of ONNX: the output to take of several, or a node to end the model at",
    read: word,
  }),
  network: option({
    flags: "--network <name>",
    commands: reading,
    help: `for weights alone (safetensors of PyTorch): the network they belong to, ${modelNames.join(", ")}, with its norm after a colon if need be`,
    read: zooNetwork,
  }),
  normEpsilon: option({
    flags: "--norm-epsilon <number>",
    commands: reading,
    help: "for weights alone: ε of the norms",
    fallback: "1e-5, as in PyTorch",
    read: positive,
  }),
  preprocess: option({
    flags: "--preprocess <how>",
    commands: reading,
    help: `what is done to pixels first: ${Object.keys(preprocessings).join(", ")}, or "scale=1/255; mean=…; std=…; channels=rgb"; "resize=256; crop=224" fits the size before`,
    fallback: "what the model's file says, else pixels from 0 to 1",
    read: preprocessing,
  }),
} as const;
