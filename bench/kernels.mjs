/** Where a training step spends its time: every kernel call of the real plan, timed one by one on one thread.
 *
 *    node bench/kernels.mjs [seed|plain|resnet8|resnet20|mlp] [batch] [norm] */

import { executor } from "../dist/engine/executor.js";
import { analyse, initialise } from "../dist/model/model.js";
import { zoo } from "../dist/model/zoo.js";
import { random } from "../dist/tensor/random.js";
import { adam } from "../dist/training/optimiser.js";
import { updateOf } from "../dist/training/update.js";

const [network = "seed", size = "32", norm = "batch"] = process.argv.slice(2);
const batch = Number(size);
const graph = zoo[network]({ norm });
const timed = executor(graph, {
  batch,
  stats: "batch",
  training: true,
  wants: { input: false, parameters: true },
  loss: "crossEntropy",
  fuse: true,
  retain: [],
  extra: (buffers) => updateOf(adam(), buffers, true),
});
timed.write(initialise(graph, random(0)).parameters);
const stream = random("images");
const { place, layout } = timed.plan.input;
for (let i = 0; i < batch * layout.size; i++)
  timed.numbers[timed.address(place) + i] = stream.uniform();

const repeats = network === "seed" ? 300 : 8;
const spent = new Map();
for (let r = -3; r < repeats; r++)
  for (const segment of timed.segments("step"))
    for (const [name, args] of segment) {
      const start = process.hrtime.bigint();
      timed.kernels[name](...args);
      const entry = spent.get(name) ?? { time: 0, calls: 0 };
      if (r >= 0)
        spent.set(name, {
          time: entry.time + Number(process.hrtime.bigint() - start),
          calls: entry.calls + 1,
        });
    }

const perImage = (time) => time / 1000 / repeats / batch;
const rows = [...spent].sort((a, b) => b[1].time - a[1].time);
const total = rows.reduce((sum, [, { time }]) => sum + time, 0);
const macs = analyse(graph).reduce((sum, facts) => sum + facts.macs, 0);
console.log(
  `${network}, ${norm}, batch ${batch}: ${(macs / 1e6).toFixed(2)} M multiply-accumulates forward`,
);
for (const [name, { time, calls }] of rows)
  console.log(
    `${name.padEnd(28)}${perImage(time).toFixed(2).padStart(9)} µs/image ${String(calls / repeats).padStart(6)} calls`,
  );
console.log(`${"total".padEnd(28)}${perImage(total).toFixed(1).padStart(9)} µs/image`);
