/** Every reader of files with a sound file for it: what random damage is tried on, in the tests a thousand times and by
 *  `scripts/fuzz.mjs` a million. Adding a reader: a line here. */

import { readFileSync } from "node:fs";
import { deflateSync, gzipSync } from "node:zlib";
import { readCifar10 } from "../../src/formats/cifar.js";
import { describeModel, readDescription } from "../../src/formats/description.js";
import { gunzip } from "../../src/formats/gzip.js";
import { readHdf5 } from "../../src/formats/hdf5/index.js";
import { readIdx, writeIdx } from "../../src/formats/idx.js";
import { readJpeg } from "../../src/formats/jpeg.js";
import { readModelFile, writeModelFile } from "../../src/formats/model-file.js";
import { readNpz, writeNpz } from "../../src/formats/npz.js";
import { readOnnx, writeOnnx } from "../../src/formats/onnx/index.js";
import { readPng } from "../../src/formats/png.node.js";
import { readSafetensors } from "../../src/formats/safetensors.js";
import { writeSafetensors } from "../../src/formats/safetensors-write.js";
import { readTar } from "../../src/formats/tar.js";
import * as layers from "../../src/model/build.js";
import { initialise, type Model } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { parts } from "./keras/fuzz-files.js";
import { calling } from "./onnx/functions.js";
import { chunk, header, join } from "./png.js";
import { tar } from "./tar.js";

const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../golden/${name}`, import.meta.url)));

const sum = (parts: Iterable<{ readonly byteLength: number }>): number =>
  [...parts].reduce((total, { byteLength }) => total + byteLength, 0);

export const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * i * 31 + (i >> 5)) % 256);
const floats = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * 7919) % 1000) / 500 - 1);

const images = writeIdx({ shape: [100, 28, 28], data: bytesOf(78400) });
const records = Uint8Array.from(bytesOf(5 * 3073), (byte, i) =>
  i % 3073 === 0 ? byte % 10 : byte,
);
const weights = writeSafetensors(
  Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [
      `layer${i}.weight`,
      { shape: [40, i + 1], data: floats(40 * (i + 1)) },
    ]),
  ),
  { format: "any", graph: JSON.stringify({ nodes: Array(30).fill({ id: "conv", inputs: [] }) }) },
);
const arrays = writeNpz(
  new Map([
    ["x_train", { shape: [20, 28, 28], data: bytesOf(15680) }],
    [
      "y_train",
      { shape: [20], data: BigInt64Array.from({ length: 20 }, (_, i) => BigInt(i % 10)) },
    ],
  ]),
);
export const shape = { width: 100, height: 80, depth: 8, colourType: 2 } as const;
const pixels = chunk(
  "IDAT",
  deflateSync(bytesOf(80 * 301).map((byte, i) => (i % 301 === 0 ? (i / 301) % 5 : byte))),
);
const picture = join(chunk("IHDR", header(shape)), pixels, chunk("IEND", []));
const archive = tar({ "data_batch_1.bin": records, "test_batch.bin": records.slice(0, 3073) });
const small = { limit: 2 ** 20 };

const model = initialise(zoo.resnet8({ norm: "batch", inputShape: [3, 8, 8] }), random("fuzz"));

const smooth = initialise(
  layers.sequential(
    [1, 4, 4],
    [
      layers.conv2d({ filters: 2, kernel: 3, stride: [2, 1] }),
      layers.gelu(),
      layers.gelu({ approximate: "tanh" }),
      layers.interpolate2d({ size: [3, 5] }),
      layers.unevenMaxPool2d({ size: [2, 1], stride: [1, 2], dilation: [2, 1] }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  ),
  random("fuzz"),
);

/** Bytes of a model's numbers. */
const held = ({ parameters }: Model): number =>
  sum(Object.values(parameters).map(({ data }) => data));

/** Everything there is in an HDF5 file: how many bytes of values came out. */
export function everything(bytes: Uint8Array, name: string): number {
  const walk = (object: ReturnType<typeof readHdf5>, depth: number): number => {
    let total = 0;
    for (const attribute of ["one", "list", "fixed", "name"])
      total += object.texts(attribute)?.reduce((sum, text) => sum + text.length, 0) ?? 0;
    if (object.isArray && object.path !== "/a/b/text") total += object.read().byteLength;
    if (depth < 6)
      for (const key of object.keys) {
        const child = object.get(key);
        if (child) total += walk(child, depth + 1);
      }
    return total;
  };
  return walk(readHdf5(bytes, name), 0);
}

/** [name, sound file, reader that returns how many bytes of values came out]. */
export const readers: readonly (readonly [
  string,
  Uint8Array,
  (b: Uint8Array, name: string) => number,
])[] = [
  ["IDX", images, (b, name) => readIdx(b, name).data.length],
  ["IDX in gzip", gzipSync(images), (b, name) => readIdx(b, name, small).data.length],
  ["gzip", gzipSync(records, { level: 1 }), (b, name) => gunzip(b, name, small).length],
  ["CIFAR-10", records, (b, name) => readCifar10(b, name).pixels.length],
  ["tar", archive, (b, name) => sum(readTar(b, name).values())],
  ["npz", arrays, (b, name) => sum([...readNpz(b, name, small).values()].map((a) => a.data))],
  ["npz by NumPy", golden("formats/numpy.npz"), (b, name) => readNpz(b, name, small).size],
  [
    "safetensors",
    weights,
    (b, name) => sum([...readSafetensors(b, name).arrays.values()].map((a) => a.data)),
  ],
  ["PNG", picture, (b, name) => readPng(b, name, { maxSide: 512 }).data.length],
  [
    "JPEG",
    golden("formats/baseline.jpg"),
    (b, name) => readJpeg(b, name, { maxSide: 512 }).data.length,
  ],
  [
    "JPEG in scans",
    golden("formats/progressive.jpg"),
    (b, name) => readJpeg(b, name, { maxSide: 512 }).data.length,
  ],
  ["ONNX of our own", writeOnnx(model), (b, name) => held(readOnnx(b, name).model)],
  ["ONNX with GELU in its parts", writeOnnx(smooth), (b, name) => held(readOnnx(b, name).model)],
  ["ONNX with functions", calling(), (b, name) => held(readOnnx(b, name).model)],
  ["ONNX by PyTorch", golden("onnx/residual.onnx"), (b, name) => held(readOnnx(b, name).model)],
  [
    "a model of our own",
    writeModelFile({ model }),
    (b, name) => held(readModelFile(b, name).model),
  ],
  [
    "a description",
    new TextEncoder().encode(describeModel(model)),
    (b, name) => readDescription(b, name).nodes.length,
  ],
  ["HDF5", golden("formats/hdf5-earliest.h5"), everything],
  ...parts.map(
    ([name, sound, file, read]) =>
      [
        `Keras: ${name}`,
        sound,
        (b: Uint8Array, own: string) => held(read(file(b), own).model),
      ] as const,
  ),
];
