/** Where a training step spends its time: every kernel call of the real plan, timed one by one on one thread; what remains of a call
 *  when nothing else runs (the shortest of its times).
 *
 *    node bench/kernels.mjs [seed|plain|resnet8|resnet20|mlp] [batch] [norm] [exact|fused] */

import { executor } from "../dist/engine/executor.js";
import { analyse, initialise } from "../dist/model/model.js";
import { zoo } from "../dist/model/zoo.js";
import { random } from "../dist/tensor/random.js";
import { adam } from "../dist/training/optimiser.js";
import { updateOf } from "../dist/training/update.js";

const [network = "seed", size = "32", norm = "batch", arithmetic = "exact"] = process.argv.slice(2);
const batch = Number(size);
const graph = zoo[network]({ norm });
const timed = executor(graph, {
  batch,
  stats: "batch",
  training: true,
  wants: { input: false, parameters: true },
  loss: "crossEntropy",
  fuse: true,
  arithmetic,
  retain: [],
  extra: (buffers) => updateOf(adam(), buffers, true),
});
timed.write(initialise(graph, random(0)).parameters);
const stream = random("images");
const { place, layout } = timed.plan.input;
for (let i = 0; i < batch * layout.size; i++)
  timed.numbers[timed.address(place) + i] = stream.uniform();

// The shortest of many times of every single call: what other programs do meanwhile falls out.
const repeats = network === "seed" ? 300 : 15;
const calls = timed.segments("step").flat();
const shortest = new Float64Array(calls.length).fill(Infinity);
for (let r = 0; r < repeats; r++)
  calls.forEach(([name, args], i) => {
    const start = process.hrtime.bigint();
    timed.kernels[name](...args);
    shortest[i] = Math.min(shortest[i], Number(process.hrtime.bigint() - start));
  });

const spent = new Map();
calls.forEach(([name], i) => {
  const { time, count } = spent.get(name) ?? { time: 0, count: 0 };
  spent.set(name, { time: time + shortest[i], count: count + 1 });
});
const perImage = (time) => time / 1000 / batch;
const rows = [...spent].sort((a, b) => b[1].time - a[1].time);
const total = rows.reduce((sum, [, { time }]) => sum + time, 0);
const macs = analyse(graph).reduce((sum, facts) => sum + facts.macs, 0);
console.log(
  `${network}, ${norm}, batch ${batch}, ${arithmetic}: ${(macs / 1e6).toFixed(2)} M multiply-accumulates forward`,
);
for (const [name, { time, count }] of rows)
  console.log(
    `${name.padEnd(28)}${perImage(time).toFixed(2).padStart(9)} µs/image ${String(count).padStart(6)} calls`,
  );
console.log(`${"total".padEnd(28)}${perImage(total).toFixed(1).padStart(9)} µs/image`);
