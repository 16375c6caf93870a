/** Explanations per second: node bench/explain.mjs [seconds per turn] [rounds]
 *  Time per image as a multiple of one forward pass of a batch as large, beside the floor: what the method must compute
 *  at the very least, in forward passes, counting a backward pass to the input as one more (it has as many
 *  multiply-accumulates, but for the first layer's). The forward pass has a turn before every method's; the ratio is the
 *  median over rounds. Times are those of the computing thread. */

import { explainers, initialise, random, session, tensor, top, zoo } from "../dist/browser.js";
import { ownTime } from "./own-time.mjs";

const [turnText = "0.3", roundsText = "3"] = process.argv.slice(2);
const turn = 1000 * Number(turnText);
const rounds = Number(roundsText);

/** Time of a call in one turn: as many calls as fit, one at least. */
function timeOf(work) {
  const start = ownTime();
  let calls = 0;
  do {
    work();
    calls++;
  } while (ownTime() - start < turn);
  return (ownTime() - start) / calls;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const windows = (side) => Math.ceil((side - 4) / 2 + 1) ** 2;

const methods = [
  ["saliency", {}, () => 2],
  ["integratedGradients", { steps: 64 }, () => 2 * 64],
  ["lrpEpsilonPlus", {}, () => 2],
  ["occlusion", {}, windows],
  ["gradCam", {}, () => 1],
];

const networks = {
  "seed network, 1×28×28": zoo.seed(),
  "ResNet-20, 3×32×32": zoo.resnet20(),
};

for (const [title, graph] of Object.entries(networks)) {
  const model = initialise(graph, random("bench"));
  const [C, H, W] = graph.inputShape;
  console.log(`\n${title}`);
  for (const n of [1, 64]) {
    const stream = random("images");
    const data = Float32Array.from({ length: n * C * H * W }, () => stream.uniform());
    const x = tensor([n, C, H, W], data);
    const run = session(model, { batch: n });
    const forward = () => run.forward(x);
    timeOf(forward);
    const rows = [["batch", "method", "ms/image", "images/s", "× forward", "floor"]];
    const add = (name, ms, ratio, floor) =>
      rows.push([
        `${n}`,
        name,
        (ms / n).toFixed(3),
        ((1000 * n) / ms).toFixed(0),
        ratio.toFixed(1),
        `${floor}`,
      ]);
    const passes = [];
    for (const [name, options, floor] of methods) {
      if (!(name in explainers)) continue;
      const explain = () => explainers[name].explain(run, x, { target: top, ...options });
      explain();
      const turns = Array.from({ length: rounds }, () => [timeOf(forward), timeOf(explain)]);
      passes.push(...turns.map(([pass]) => pass));
      const times = turns.map(([, time]) => time);
      add(name, median(times), median(turns.map(([pass, time]) => time / pass)), floor(H));
    }
    const pass = median(passes);
    rows.splice(1, 0, [
      `${n}`,
      "forward pass",
      (pass / n).toFixed(3),
      ((1000 * n) / pass).toFixed(0),
      "1.0",
      "1",
    ]);
    const widths = rows[0].map((_, c) => Math.max(...rows.map((cells) => cells[c].length)));
    for (const cells of rows)
      console.log(
        cells
          .map((text, c) => (c === 1 ? text.padEnd(widths[c]) : text.padStart(widths[c])))
          .join("  "),
      );
  }
}
