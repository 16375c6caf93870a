/** Explanations per second: node bench/explain.mjs [seconds per case]
 *  Time per image as a multiple of one forward pass of a batch as large, beside the floor: what the method must compute
 *  at the very least, in forward passes, counting a backward pass to the input as one more (it has as many
 *  multiply-accumulates, but for the first layer's). */

import { explainers, initialise, random, session, tensor, top, zoo } from "../dist/browser.js";

const seconds = Number(process.argv[2] ?? 1);

/** Median time of a call, over as many as fit. */
function timed(work) {
  work();
  const times = [];
  const end = performance.now() + 1000 * seconds;
  do {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  } while (performance.now() < end || times.length < 3);
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

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
    const forward = timed(() => run.forward(x)) / n;
    const rows = [["batch", "method", "ms/image", "images/s", "× forward", "floor"]];
    const row = (name, ms, floor) => [
      `${n}`,
      name,
      ms.toFixed(3),
      (1000 / ms).toFixed(0),
      (ms / forward).toFixed(1),
      `${floor}`,
    ];
    rows.push(row("forward pass", forward, 1));
    for (const [name, options, floor] of methods) {
      if (!(name in explainers)) continue;
      const given = { target: top, ...options };
      const ms = timed(() => explainers[name].explain(run, x, given)) / n;
      rows.push(row(name, ms, floor(H)));
    }
    const widths = rows[0].map((_, c) => Math.max(...rows.map((cells) => cells[c].length)));
    for (const cells of rows)
      console.log(
        cells
          .map((text, c) => (c === 1 ? text.padEnd(widths[c]) : text.padStart(widths[c])))
          .join("  "),
      );
  }
}
