/** Trained networks as other people saved them, against reference numbers in float64: logits, probabilities, and mean
 *  and deviation of every layer's output. */

import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { fold } from "../../../src/fold/fold.js";
import type { LoadedModel } from "../../../src/formats/any-model.js";
import { loadAnyModel } from "../../../src/formats/load-model.node.js";
import { readNpy } from "../../../src/formats/npy.js";
import { preprocess, preprocessings } from "../../../src/formats/preprocessing.js";
import { type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { worst } from "../../golden.js";
import { areShared, sharedFile, sharedPath } from "../../shared.js";

interface Reference {
  readonly logits: number[][];
  readonly outputs: number[][];
  readonly accuracy?: { readonly images: number; readonly predictions: string };
  readonly batchNormalization: readonly {
    readonly name: string;
    readonly momentum: number;
    readonly epsilon: number;
    readonly gammaNegative: number;
    readonly channels: number;
  }[];
  readonly layers: readonly {
    readonly name: string;
    readonly class: string;
    readonly outputShape: readonly number[];
    readonly firstInputMean: number;
    readonly firstInputStd: number;
  }[];
}

/** Images as bytes over 255, as all datasets here hold them. */
const over255 = (bytes: ArrayLike<number | bigint>): Float32Array =>
  Float32Array.from({ length: bytes.length }, (_, i) => Number(bytes[i]) / 255);

function cifar(count: number): Tensor {
  const records = sharedFile("data/cifar10-slice/test_batch_first1000.bin");
  const pixels = Uint8Array.from(
    { length: count * 3072 },
    (_, i) => records[Math.floor(i / 3072) * 3073 + 1 + (i % 3072)],
  );
  return tensor([count, 3, 32, 32], over255(pixels));
}

function mnist(count: number): Tensor {
  const file = gunzipSync(sharedFile("data/mnist/t10k-images-idx3-ubyte.gz"));
  return tensor([count, 1, 28, 28], over255(file.subarray(16, 16 + count * 784)));
}

const faces = (): Tensor =>
  tensor(
    [4, 1, 64, 64],
    over255(readNpy(sharedFile("models/mini-xception-fer2013-inputs.npy"), "").data),
  );

const slice = "data/cifar10-slice/test_batch_first1000.bin";
const digits = "data/mnist/t10k-images-idx3-ubyte.gz";

/** [name, file, other files, images, what is done to pixels if the file does not say]. */
const models = [
  ["resnet8-cifar10", "resnet8-cifar10.h5", slice, cifar, preprocessings.raw],
  ["mini-xception-fer2013", "mini-xception-fer2013.h5", "models", faces, preprocessings.signed],
  ["mnist-cnn-bn", "mnist-cnn-bn.keras", digits, mnist, preprocessings.plain],
  ["cifar10-cnn-bn-tfjs", "cifar10-cnn-bn-tfjs", slice, cifar, undefined],
] as const;

/** [mean, population deviation]. */
function moments(values: ArrayLike<number>): readonly [number, number] {
  const list = Array.from(values);
  const mean = list.reduce((sum, v) => sum + v, 0) / list.length;
  return [mean, Math.sqrt(list.reduce((sum, v) => sum + (v - mean) ** 2, 0) / list.length)];
}

function softmax(logits: ArrayLike<number>): number[] {
  const list = Array.from(logits);
  const largest = Math.max(...list);
  const powers = list.map((v) => Math.exp(v - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / sum);
}

function expectMoments(values: ArrayLike<number>, layer: Reference["layers"][number]): void {
  const [mean, std] = moments(values);
  const scale = Math.abs(layer.firstInputMean) + layer.firstInputStd;
  expect(Math.abs(mean - layer.firstInputMean), layer.name).toBeLessThan(3e-6 * scale);
  expect(Math.abs(std - layer.firstInputStd), layer.name).toBeLessThan(3e-6 * scale);
}

/** The node whose value is that of a layer, its activation included. */
function nodeOf({ model: { nodes } }: LoadedModel, layer: string): string | undefined {
  const own = nodes.filter(({ id }) => id === layer || id.startsWith(`${layer}/`));
  return own.at(-1)?.id;
}

describe.each(models)("%s", (name, path, needed, images, given) => {
  const isThere = areShared(`models/${path}`, `models/${name}.json`, needed);
  const reference = (): Reference =>
    JSON.parse(new TextDecoder().decode(sharedFile(`models/${name}.json`)));
  const load = async () => {
    const loaded = await loadAnyModel(sharedPath(`models/${path}`));
    const way = loaded.preprocessing ?? given;
    expect(way).toBeDefined();
    const x = preprocess(images(4), way ?? preprocessings.plain);
    return { loaded, x, way: way ?? preprocessings.plain };
  };

  test.skipIf(!isThere)("the reference's logits and probabilities, folded too", async () => {
    const { loaded, x } = await load();
    const { logits, outputs } = reference();
    const found = session(loaded.model).forward(x).data;
    expect(worst(found, logits.flat())).toBeLessThan(1e-6);
    const K = logits[0].length;
    outputs.forEach((row, i) => {
      const own = softmax(found.subarray(i * K, (i + 1) * K));
      row.forEach((p, k) => {
        expect(Math.abs(own[k] - p)).toBeLessThan(2e-6);
      });
    });
    const folded = fold(loaded.model, { leftover: "convolution" });
    expect(worst(session(folded.model).forward(x).data, logits.flat())).toBeLessThan(1e-5);
    expect(folded.model.nodes.some(({ kind }) => kind === "batchNorm")).toBe(false);
  });

  test.skipIf(!isThere)("every layer's shape, mean and deviation", async () => {
    const { loaded, x } = await load();
    const first = tensor([1, ...x.shape.slice(1)], x.data.slice(0, x.data.length / 4));
    const { layers } = reference();
    for (const layer of layers.slice(0, -1)) {
      const id = nodeOf(loaded, layer.name);
      if (!id) expect(layer.class).toBe("Rescaling");
      const value = id ? session(loaded.model).activations(first, [id])[id] : first;
      const shape = value.shape.slice(1);
      const theirs = layer.outputShape.length === 3 ? [shape[1], shape[2], shape[0]] : [shape[0]];
      expect(theirs, layer.name).toEqual(layer.outputShape);
      expectMoments(value.data, layer);
    }
    expectMoments(softmax(session(loaded.model).forward(first).data), layers[layers.length - 1]);
  });

  test.skipIf(!isThere)("the batch norms' own numbers", async () => {
    const { loaded } = await load();
    const { nodes, parameters } = loaded.model;
    const norms = nodes.flatMap((node) => (node.kind === "batchNorm" ? [node] : []));
    const described = norms.map(({ id, attributes: { keep, epsilon } }) => ({
      name: id,
      momentum: keep,
      epsilon,
      channels: parameters[`${id}.gamma`].data.length,
      gammaNegative: [...parameters[`${id}.gamma`].data].filter((g) => g < 0).length,
    }));
    const expected = reference().batchNormalization;
    expect(new Set(described.map((norm) => norm.name))).toEqual(
      new Set(expected.map((n) => n.name)),
    );
    for (const norm of expected)
      expect(described.find((d) => d.name === norm.name)).toMatchObject({
        momentum: norm.momentum,
        epsilon: norm.epsilon,
        channels: norm.channels,
        gammaNegative: norm.gammaNegative,
      });
  });

  test.skipIf(!isThere)("all predictions of the reference", async () => {
    const { accuracy } = reference();
    if (!accuracy) return;
    const { loaded, way } = await load();
    const x = preprocess(images(accuracy.images), way);
    const logits = session(loaded.model, { batch: 50 }).forward(x).data;
    const K = logits.length / accuracy.images;
    const found = Array.from({ length: accuracy.images }, (_, i) => {
      const own = logits.subarray(i * K, (i + 1) * K);
      return own.indexOf(Math.max(...own));
    });
    expect(found.join("")).toBe(accuracy.predictions);
  });
});
