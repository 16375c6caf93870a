/** A file of another program read from bytes, run and explained. Uses the built library. */
import {
  explainers,
  filesBeside,
  modelHash,
  preprocess,
  preprocessings,
  random,
  readAnyModel,
  session,
  showPreprocessing,
  tensor,
} from "../../../dist/browser.js";

const fromText = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

function toText({ data }) {
  const bytes = new Uint8Array(Float32Array.from(data).buffer);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export function read({ name, bytes, beside }) {
  const own = fromText(bytes);
  const files = new Map(filesBeside(own, name).map((path) => [path, fromText(beside[path])]));
  const {
    model,
    format,
    preprocessing = preprocessings.plain,
  } = readAnyModel(own, name, { files });
  const [C, H, W] = model.inputShape;
  const stream = random("pixels");
  const pixels = tensor([2, C, H, W]);
  for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = stream.uniform();
  const images = preprocess(pixels, preprocessing);
  const run = session(model, { batch: 2 });
  return {
    format,
    hash: modelHash(model),
    pixels: showPreprocessing(preprocessing),
    logits: toText(run.forward(images)),
    map: toText(explainers.lrpEpsilonPlus.explain(run, images).values),
  };
}
