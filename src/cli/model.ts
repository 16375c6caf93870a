/** Opening and saving models of any kind for the commands, with what is done to pixels. */

import { extname, resolve } from "node:path";
import type { LoadedModel, LoadOptions } from "../formats/any-model.js";
import { describeModel } from "../formats/description.js";
import { writeAtomically } from "../formats/files.node.js";
import type { Fit } from "../formats/fitting.js";
import { loadAnyModel } from "../formats/load-model.node.js";
import { writeModelFile } from "../formats/model-file.js";
import { NEWEST_OPSET, writeOnnx } from "../formats/onnx/index.js";
import {
  checkChannels,
  isPlain,
  PREPROCESSING_KEY,
  parsePreprocessing,
  preprocess,
  showPreprocessing,
} from "../formats/preprocessing.js";
import { type Model, type NormName, norms, type ZooName, zoo } from "../model/index.js";
import { fail, type Tensor } from "../tensor/index.js";
import type { Options } from "./options.js";

/** What holds, and what to do, where nobody says what is done to pixels. */
export const UNSAID_PIXELS = "from 0 to 1 (not in the file; --preprocess says otherwise)";

export interface OpenedModel extends LoadedModel {
  /** What is done to pixels, as text; undefined if neither the file nor the user says. */
  readonly pixels: string | undefined;
  /** What is done to an image's size, in turn. */
  readonly fits: readonly Fit[];
  /** Images of that size with pixels from 0 to 1 as the model wants them. */
  prepare(images: Tensor): Tensor;
}

export async function openModel(options: Options, path: string): Promise<OpenedModel> {
  const { inputShape, modelOutput, preprocess: given } = options;
  const weightsOf = weightsNetwork(options);
  const loaded = await loadAnyModel(path, {
    ...(inputShape ? { inputShape } : {}),
    ...(modelOutput === undefined ? {} : { output: modelOutput }),
    ...(weightsOf ? { weightsOf } : {}),
  });
  const way =
    given === undefined ? loaded.preprocessing : parsePreprocessing(given, loaded.preprocessing);
  if (way) checkChannels(way, loaded.model.inputShape[0]);
  const pixels = way && showPreprocessing(way);
  return {
    ...loaded,
    ...(way ? { preprocessing: way } : {}),
    pixels,
    fits: way?.fits ?? [],
    prepare: (images) => (way && !isPlain(way) ? preprocess(images, way) : images),
  };
}

/** The network that a file of weights alone belongs to. */
function weightsNetwork({ network: text, normEpsilon }: Options): LoadOptions["weightsOf"] {
  const [network, norm] = text?.split(":") ?? [];
  if (network === undefined || !isZooName(network)) return undefined;
  return {
    network,
    ...(norm !== undefined && isNormName(norm) ? { norm } : {}),
    ...(normEpsilon === undefined ? {} : { epsilon: normEpsilon }),
  };
}

const isZooName = (name: string): name is ZooName => Object.hasOwn(zoo, name);
const isNormName = (name: string): name is NormName => Object.hasOwn(norms, name);

type Written = (
  model: Model,
  metadata: Readonly<Record<string, string>>,
  options: Options,
) => Uint8Array | string;

/** The kinds of file that are written, by the path's ending. Adding one: a line here. */
const writers: Readonly<Record<string, Written>> = {
  ".safetensors": (model, metadata) => writeModelFile({ model, metadata }),
  ".onnx": (model, metadata, { opset = "17" }) =>
    writeOnnx(model, { metadata, opset: opset === "newest" ? NEWEST_OPSET : Number(opset) }),
  ".json": describeModel,
};

/** Refuses a path of no kind that is written, and that of the model itself, however it is spelled; before work begins. */
export function checkOutput(who: string, path: string, output: string): void {
  if (resolve(output) === resolve(path))
    fail("option", `${who}: got ${output} as output, expected another file than the model itself`);
  if (!Object.hasOwn(writers, extname(output)))
    fail("option", `-o: got ${output}, expected a file in ${Object.keys(writers).join(", ")}`);
}

/** Saves a model as the kind of file that the path's ending says, which was checked. */
export async function saveAnyModel(
  model: Model,
  path: string,
  { metadata, pixels }: Pick<OpenedModel, "metadata" | "pixels">,
  options: Options,
): Promise<void> {
  const entries = { ...metadata, ...(pixels === undefined ? {} : { [PREPROCESSING_KEY]: pixels }) };
  await writeAtomically(path, writers[extname(path)](model, entries, options));
}
