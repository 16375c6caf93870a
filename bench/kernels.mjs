/** Where a training step of a network of the zoo, or a forward pass of an imported one, spends its time: every kernel call of the
 *  real plan, timed one by one on one thread; what remains of a call when nothing else runs (the shortest of its times).
 *
 *    node bench/kernels.mjs [seed|plain|resnet8|resnet20|mlp] [batch] [norm] [exact|fused]
 *    node bench/kernels.mjs ResNet-50 1 imported [exact|fused]       (or another of bench/architectures.mjs) */

import { executor } from "../dist/engine/executor.js";
import { readOnnx } from "../dist/formats/onnx/index.js";
import { analyse, initialise } from "../dist/model/model.js";
import { zoo } from "../dist/model/zoo.js";
import { random } from "../dist/tensor/random.js";
import { adam } from "../dist/training/optimiser.js";
import { updateOf } from "../dist/training/update.js";
import { architecture } from "./architectures.mjs";

const [network = "seed", size = "32", norm = "batch", arithmetic = "exact"] = process.argv.slice(2);
const batch = Number(size);
const isImported = norm === "imported";
const graph = isImported ? readOnnx(architecture(network), network).model : zoo[network]({ norm });
const shared = { batch, fuse: true, arithmetic, retain: [] };
const training = {
  stats: "batch",
  training: true,
  wants: { input: false, parameters: true },
  loss: "crossEntropy",
  extra: (buffers) => updateOf(adam(), buffers, true),
};
const forward = { stats: "running", training: false, wants: { input: false, parameters: false } };
const timed = executor(graph, { ...shared, ...(isImported ? forward : training) });
timed.write(isImported ? graph.parameters : initialise(graph, random(0)).parameters);
if (isImported) timed.run("prepare");
const stream = random("images");
const { place, layout } = timed.plan.input;
for (let i = 0; i < batch * layout.size; i++)
  timed.numbers[timed.address(place) + i] = stream.uniform();

// The shortest of many times of every single call: what other programs do meanwhile falls out.
const repeats = network === "seed" ? 300 : 15;
const calls = timed.segments(isImported ? "forward" : "step").flat();
const shortest = new Float64Array(calls.length).fill(Infinity);
for (let r = 0; r < repeats; r++)
  calls.forEach(([name, args], i) => {
    const start = process.hrtime.bigint();
    timed.kernels[name](...args);
    shortest[i] = Math.min(shortest[i], Number(process.hrtime.bigint() - start));
  });

/** Windows, window elements, channels and all: the multiply-adds that the definition has, from a call's arguments. */
const macsOf = {
  convolve: (a) => a[5] * a[14] * a[15] * a[16] * a[17],
  strassenConvolve: (a) => a[2] * a[6] * a[7] * a[8],
  winogradConvolve: (a) => 9 * a[4] * a[10] * a[11] * a[12] * a[13],
  winogradConvolvePanels: (a) => 9 * a[4] * a[10] * a[11] * a[12] * a[13],
};

const spent = new Map();
calls.forEach(([name, args], i) => {
  const { time, count, macs } = spent.get(name) ?? { time: 0, count: 0, macs: 0 };
  const own = macsOf[name]?.(args) ?? 0;
  spent.set(name, { time: time + shortest[i], count: count + 1, macs: macs + own });
});
const perImage = (time) => time / 1000 / batch;
const rows = [...spent].sort((a, b) => b[1].time - a[1].time);
const total = rows.reduce((sum, [, { time }]) => sum + time, 0);
const macs = analyse(graph).reduce((sum, facts) => sum + facts.macs, 0);
console.log(
  `${network}, ${norm}, batch ${batch}, ${arithmetic}: ${(macs / 1e6).toFixed(2)} M multiply-accumulates forward`,
);
for (const [name, { time, count, macs }] of rows)
  console.log(
    `${name.padEnd(28)}${perImage(time).toFixed(2).padStart(9)} µs/image ${String(count).padStart(6)} calls` +
      (macs > 0 ? ` ${(macs / time).toFixed(1).padStart(6)} GMAC/s` : ""),
  );
console.log(`${"total".padEnd(28)}${perImage(total).toFixed(1).padStart(9)} µs/image`);
