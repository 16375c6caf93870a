/** Fixed weights and batches from a fixed generator, in a safetensors file that every contestant
 *  reads. */

import { readFileSync, writeFileSync } from "node:fs";
import { parametersOf } from "./networks.mjs";

/** Batches that a run cycles through. Images of batch k and k + BATCHES/2 are the same, their
 *  labels are not, so that no contestant learns them by heart and ends in denormal gradients. */
export const BATCHES = 8;

/** Mulberry32: uniform in [0, 1). */
function uniforms(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Weights uniform with the variance of He (convolutions) or Glorot (dense); biases and β of both
 *  signs, γ of both signs too: a contestant that takes a wrong short cut through max-pooling or
 *  ReLU must show. */
function parameterValues({ shape, role }, next) {
  const count = shape.reduce((a, b) => a * b, 1);
  const fan = count / shape[0];
  const limit = Math.sqrt(6 / (shape.length === 4 ? fan : fan + shape[0]));
  const draw = {
    weight: () => limit * (2 * next() - 1),
    bias: () => 0.1 * (2 * next() - 1),
    gamma: () => (next() < 0.2 ? -1 : 1) * (0.5 + next()),
    beta: () => 0.3 * (2 * next() - 1),
    runningMean: () => next(),
    runningVariance: () => 0.5 + next(),
  }[role];
  return Float32Array.from({ length: count }, draw);
}

/** Soft strokes on a dark, slightly noisy ground: no two pixels tie. */
function images(n, [C, H, W], next) {
  const data = new Float32Array(n * C * H * W);
  for (let i = 0; i < n * C; i++) {
    const angle = 7 * next();
    const [y0, x0] = [H * (0.3 + 0.4 * next()), W * (0.3 + 0.4 * next())];
    for (let y = 0; y < H; y++)
      for (let x = 0; x < W; x++) {
        const across = (y - y0) * Math.cos(angle) - (x - x0) * Math.sin(angle);
        const along = (y - y0) * Math.sin(angle) + (x - x0) * Math.cos(angle);
        const ink = Math.exp(-(across ** 2) / 6 - along ** 4 / 6000);
        data[(i * H + y) * W + x] = 0.9 * ink + 0.1 * next();
      }
  }
  return data;
}

/** {parameters: {name: {shape, data}}, x: [BATCHES][n·C·H·W], labels: [BATCHES][n]} */
export function makeFixture(network, batch) {
  const next = uniforms(20261123);
  const parameters = Object.fromEntries(
    parametersOf(network).map((p) => [p.name, { shape: p.shape, data: parameterValues(p, next) }]),
  );
  const pictures = Array.from({ length: BATCHES / 2 }, () =>
    images(batch, network.inputShape, next),
  );
  const x = Array.from({ length: BATCHES }, (_, k) => pictures[k % pictures.length]);
  const labels = x.map(() => Int32Array.from({ length: batch }, () => Math.floor(10 * next())));
  return { parameters, x, labels };
}

/** The fixture as one safetensors file; tensors "x/0" … and "labels/0" …, parameters by name. */
export function writeFixture(path, network, batch, { parameters, x, labels }) {
  const tensors = Object.entries(parameters).map(([name, t]) => [name, "F32", t.shape, t.data]);
  const imageShape = [batch, ...network.inputShape];
  tensors.push(...x.map((data, k) => [`x/${k}`, "F32", imageShape, data]));
  tensors.push(...labels.map((data, k) => [`labels/${k}`, "I32", [batch], data]));
  writeTensors(path, tensors);
}

export function writeTensors(path, tensors) {
  let end = 0;
  const entries = tensors.map(([name, dtype, shape, data]) => [
    name,
    { dtype, shape, data_offsets: [end, (end += data.byteLength)] },
  ]);
  const json = JSON.stringify(Object.fromEntries(entries));
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const bytes = tensors.map(([, , , d]) => Buffer.from(d.buffer, d.byteOffset, d.byteLength));
  writeFileSync(path, Buffer.concat([length, header, ...bytes]));
}

/** {name: {shape, data}} of a file written above (F32, F64 and I32). */
export function readTensors(path) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const kinds = { F32: Float32Array, F64: Float64Array, I32: Int32Array };
  const header = JSON.parse(bytes.toString("utf8", 8, start));
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const copy = bytes.buffer.slice(
          bytes.byteOffset + start + from,
          bytes.byteOffset + start + to,
        );
        return [name, { shape, data: new kinds[dtype](copy) }];
      },
    ),
  );
}

export function readFixture(path) {
  const tensors = readTensors(path);
  const pick = (prefix) =>
    Array.from({ length: BATCHES }, (_, k) => tensors[`${prefix}/${k}`].data);
  const parameters = Object.fromEntries(
    Object.entries(tensors).filter(([name]) => !name.includes("/")),
  );
  return { parameters, x: pick("x"), labels: pick("labels") };
}
