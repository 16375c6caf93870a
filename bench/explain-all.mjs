/** How long all methods take together: node bench/explain-all.mjs [model file] [threads, e.g. 1,2] [exact|fused] [methods]
 *  32 images through ResNet-20, or through the model of a file, with every method's own defaults. Columns: seconds that
 *  pass; seconds of processor time of all threads; of the thread that leads alone, which is what would pass if other
 *  programs kept out of the way; and that time as a multiple of what the method's passes take on as many threads. */

import { explainers, initialise, random, session, tensor, zoo } from "../dist/browser.js";
import { loadAnyModel } from "../dist/formats/load-model.node.js";
import { ownTime } from "./own-time.mjs";

const [file, list = "1,2", arithmetic = "exact", only] = process.argv.slice(2);
const IMAGES = 32;

const model = file ? (await loadAnyModel(file)).model : initialise(zoo.resnet20(), random("bench"));
const [C, H, W] = model.inputShape;
const stream = random("images");
const data = Float32Array.from({ length: IMAGES * C * H * W }, () => stream.uniform());
const x = tensor([IMAGES, C, H, W], data);

const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function timed(work) {
  const start = [performance.now(), processorTime(), ownTime()];
  work();
  const [passed, all, own] = [performance.now(), processorTime(), ownTime()];
  return { passed: passed - start[0], all: all - start[1], own: own - start[2] };
}

const shortest = (work) => {
  work();
  return Math.min(...Array.from({ length: 7 }, () => timed(work).own));
};

const seconds = (milliseconds) => (milliseconds / 1000).toFixed(2).padStart(8);

for (const threads of list.split(",").map(Number)) {
  const run = session(model, { threads, arithmetic });
  const forward = shortest(() => run.forward(x));
  const back = shortest(() => run.inputGradient(x, (logits) => logits)) - forward;
  console.log(
    `\n${threads} thread${threads > 1 ? "s" : ""}, ${arithmetic}: ${IMAGES} images forward in ${forward.toFixed(1)} ms, back in ${back.toFixed(1)} ms`,
  );
  console.log(`${"method".padEnd(26)}  passed  of all leading  × passes`);
  const total = { passed: 0, all: 0, own: 0 };
  for (const [name, { explain, passes }] of Object.entries(explainers)) {
    if (only && !only.split(",").includes(name)) continue;
    const time = timed(() => explain(run, x, { background: x }));
    const asked = passes(H, W);
    const floor = asked.forward * forward + asked.backward * back;
    console.log(
      `${name.padEnd(26)}${seconds(time.passed)}${seconds(time.all)}${seconds(time.own)}${(time.own / floor).toFixed(2).padStart(10)}`,
    );
    for (const key of Object.keys(total)) total[key] += time[key];
  }
  console.log(`${"total".padEnd(26)}${Object.values(total).map(seconds).join("")}`);
  run.close();
}
