/** Files that people hand over by mistake, known by their content: what they are, and what helps. */

import { isGzip } from "./gzip.js";
import { badFile } from "./problems.js";

interface Stranger {
  readonly what: string;
  readonly remedy: string;
  /** The text is that of the first bytes, one letter each. */
  is(start: string, bytes: Uint8Array): boolean;
}

const TO_PICTURE = "convert it to PNG or JPEG";
const TO_MODEL = "give a model's file here";
/** Brands of the containers that phones write. */
const HEIF = /^....ftyp(hei|hev|mif|msf|avi)/s;

/** What helps with a pickle, which can be read by running it alone. */
export const PICKLED =
  "in Python, export the model to ONNX (torch.onnx.export), or save its state_dict as safetensors";

/** A folder as well as a file in it. */
export const savedModel = {
  what: "a SavedModel of TensorFlow",
  remedy:
    "convert it (python -m tf2onnx.convert --saved-model FOLDER --output model.onnx), or save the Keras model as .keras",
};

const strangers: readonly Stranger[] = [
  {
    what: "an empty file",
    remedy: "fetch or write it again",
    is: (_, { length }) => length === 0,
  },
  {
    what: "a pointer of Git LFS, which stands for the file",
    remedy: "fetch the file itself: git lfs pull",
    is: (start) => start.startsWith("version https://git-lfs."),
  },
  {
    what: "a web page",
    remedy: "the download gave a page instead of the file: open it to see why, and fetch the file",
    is: (start) => /^\s*<(!doctype html|html)/i.test(start),
  },
  {
    what: "a pickle of Python, as older PyTorch saves checkpoints",
    remedy: PICKLED,
    // Protocol 2 to 5; a safetensors file may begin alike, with "{" after the length of its header.
    is: (_, [first, second, , , , , , , ninth]) =>
      first === 0x80 && second >= 2 && second <= 5 && ninth !== 0x7b,
  },
  {
    what: "the description of a graph, without its numbers",
    remedy: "give the model that it was made from",
    is: (start) => start.includes(`"format": "normlens/description/`),
  },
  { what: "a compressed file (gzip)", remedy: "unpack it first", is: (_, bytes) => isGzip(bytes) },
  { ...savedModel, is: (start) => start.startsWith("\b\u0001\u0012") },
  {
    what: "a model of TensorFlow Lite",
    remedy: "give the model that it was made from, as .keras or ONNX, before quantisation",
    is: (start) => start.startsWith("TFL3", 4),
  },
  { what: "a PNG picture", remedy: TO_MODEL, is: (start) => start.startsWith("\u0089PNG") },
  { what: "a JPEG picture", remedy: TO_MODEL, is: (start) => start.startsWith("\u00ff\u00d8") },
  { what: "a GIF picture", remedy: TO_PICTURE, is: (start) => start.startsWith("GIF8") },
  {
    what: "a WebP picture",
    remedy: TO_PICTURE,
    is: (start) => start.startsWith("RIFF") && start.startsWith("WEBP", 8),
  },
  { what: "a HEIC or AVIF picture", remedy: TO_PICTURE, is: (start) => HEIF.test(start) },
  {
    what: "a TIFF picture",
    remedy: TO_PICTURE,
    is: (start) => /^(II\*\0|MM\0\*)/.test(start),
  },
  {
    what: "a BMP picture",
    remedy: TO_PICTURE,
    is: (start) => start.startsWith("BM") && start.startsWith("\0\0\0\0", 6),
  },
];

/** Refuses a file that is none of those expected but known as something else. */
export function refuseStrangers(bytes: Uint8Array, name: string, expected: string): void {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  const known = strangers.find((stranger) => stranger.is(start, bytes));
  if (known) badFile(name, "first bytes", known.what, expected, known.remedy);
}
