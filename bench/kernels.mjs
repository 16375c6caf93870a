/** Times every hot kernel inside the sequence of a training step: `node bench/kernels.mjs [repetitions]`.
 *  Prints the median of the repetitions, in µs per image, and GMAC/s where a kernel multiplies matrices. */

import { compileKernels } from "../scripts/build-kernels.mjs";

const repetitions = Number(process.argv[2] ?? 60);
const memory = new WebAssembly.Memory({ initial: 1024, maximum: 1024, shared: true });
const module = new WebAssembly.Module(await compileKernels());
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
const numbers = new Float32Array(memory.buffer);
const words = new Int32Array(memory.buffer);

let used = 0;
/** The address of `count` numbers in [−½, ½). */
function array(count) {
  const at = used;
  used += (count + 15) & ~15;
  for (let i = at; i < used; i++) numbers[i] = (Math.imul(i, 2654435761) % 65536) / 131072;
  return at;
}

/** Offsets of kh×kw taps of C channels in an image with rows of W pixels, cs numbers each. */
function offsets(kh, kw, W, cs, C) {
  const at = array(kh * kw * C);
  let k = at;
  for (let y = 0; y < kh; y++)
    for (let x = 0; x < kw; x++) for (let c = 0; c < C; c++) words[k++] = (y * W + x) * cs + c;
  return at;
}

/** Runs `step(time)` many times; `time(name, run)` measures a stage. Prints medians per image. */
function report(title, images, macs, step) {
  const samples = new Map();
  let current;
  const time = (name, run) => {
    const start = performance.now();
    run();
    current.set(name, (current.get(name) ?? 0) + performance.now() - start);
  };
  for (let r = 0; r < repetitions + 10; r++) {
    current = new Map();
    step(time);
    if (r < 10) continue;
    for (const [name, ms] of current) samples.set(name, [...(samples.get(name) ?? []), ms]);
  }
  console.log(`\n${title}`);
  let total = 0;
  for (const [name, times] of samples) {
    const us = (1000 * times.sort((a, b) => a - b)[times.length >> 1]) / images;
    total += us;
    const rate = macs[name] ? `${(macs[name] / us / 1000).toFixed(1)} GMAC/s` : "";
    console.log(`  ${name.padEnd(26)}${us.toFixed(2).padStart(8)} µs/image  ${rate}`);
  }
  console.log(`  ${"total".padEnd(26)}${total.toFixed(2).padStart(8)} µs/image`);
}

/** conv 1→32 3×3 on 28×28 + ReLU → batch norm → max-pool 2 → dense 10, batch n, as a training plan calls it. */
function seedNetwork(n) {
  used = 0;
  const k = kernels;
  const [F, O, os, C, P] = [5408, 10, 12, 32, 26 * 26];
  const table = offsets(3, 3, 28, 1, 1);
  const x = array(n * 784);
  const [w, bias, dw, db] = [array(9 * C), array(C), array(9 * C), array(C)];
  const [act, dact, pooled, dpooled] = [array(n * P * C), array(P * C), array(n * F), array(n * F)];
  const [parts, mean, variance, rstd, gamma, beta] = [2 * n * C, C, C, C, C, C].map(array);
  const [A, B, dgamma, dbeta] = [C, C, C, C].map(array);
  const [W, bd, dW, m, v] = [O * F, os, O * F, O * F, O * F].map(array);
  numbers.fill(0.01, v, v + O * F);
  const [y, dy, labels, loss, correct] = [n * os, n * os, n, n, n].map(array);
  const [scalars, rate] = [array(1), array(1)];
  numbers.set([0.3], scalars);
  numbers.set([1e-6], rate);
  for (let i = 0; i < n; i++) numbers[labels + i] = i % O;
  const each = (size, run) => {
    for (let i = 0; i < n; i += size) run(i, Math.min(size, n - i));
  };
  const conv = (i) =>
    k.convolve(
      x + i * 784,
      0,
      28,
      1,
      table,
      9,
      w,
      bias,
      act + i * P * C,
      0,
      26 * C,
      C,
      1,
      26,
      26,
      C,
      1,
    );
  const gradient = (i) =>
    k.convolveFilterGradient(x + i * 784, 0, 28, 1, table, 9, dact, dw, 1, 26, 26, C);
  const affine = [mean, rstd, gamma, beta];
  const dense = O * F;
  const macs = {
    convolve: P * C * 9,
    convolveFilterGradient: P * C * 9,
    dense,
    denseBackward: dense,
    denseWeightGradient: dense,
  };
  report(`seed network, batch ${n}`, n, macs, (time) => {
    each(1, (i) => {
      time("convolve", () => conv(i));
      time("moments", () => k.moments(act + i * P * C, parts + 2 * i * C, 1, P, C));
    });
    time("mergeBatch", () => k.mergeBatch(parts, n, P, C, n, 1e-3, mean, variance, rstd));
    each(4, (i, b) => {
      time("normaliseMaxPool", () =>
        k.normaliseMaxPool(act + i * P * C, pooled + i * F, i, b, 26, 26, C, 0, ...affine, 0),
      );
      time("dense", () => k.dense(pooled + i * F, W, bd, y + i * os, b, F, O, os, 0));
    });
    time("crossEntropy", () => k.crossEntropy(y, labels, loss, correct, dy, n, O, os, 1 / n));
    each(4, (i, b) => {
      time("denseBackward", () => k.denseBackward(dy + i * os, W, dpooled + i * F, b, F, O, os));
      time("gradientSumsMaxPool", () =>
        k.gradientSumsMaxPool(
          ...[act + i * P * C, dpooled + i * F, parts + 2 * i * C, i, b, 26, 26, C, 0],
          ...affine,
          0,
        ),
      );
    });
    time("denseWeightGradient", () => k.denseWeightGradient(pooled, dy, dW, n, F, O, os, 0, F));
    time("mergeGradients", () => k.mergeGradients(parts, n, P, C, 0, gamma, A, B, dgamma, dbeta));
    each(1, (i) => {
      time("normaliseMaxPoolBackward", () =>
        k.normaliseMaxPoolBackward(
          ...[act + i * P * C, dpooled + i * F, dact, i, 1, 26, 26, C, 0],
          ...[...affine, A, B, 0, 1],
        ),
      );
      time("convolveFilterGradient", () => gradient(i));
      time("channelSums", () => k.channelSums(dact, db, P, C));
    });
    time("adam", () => k.adam(W, dW, m, v, 0, O * F, 0.1, 0.001, 1e-7, scalars, rate));
  });
}

/** One 3×3 convolution C→C with batch norm and ReLU on H×H, forward and backward, n images. */
function block(C, H, n) {
  used = 0;
  const k = kernels;
  const [Hp, P, taps] = [H + 2, H * H, 9 * C];
  const table = offsets(3, 3, Hp, C, C);
  const picks = array(9);
  words.set([8, 7, 6, 5, 4, 3, 2, 1, 0], picks);
  const [w, wt, dw, db] = [taps * C, taps * C, taps * C, C].map(array);
  const [x, dx, xp, gp] = [n * P * C, n * P * C, Hp * Hp * C, Hp * Hp * C].map(array);
  const [y, z, dz, dy] = [n * P * C, n * P * C, n * P * C, P * C].map(array);
  const [parts, mean, variance, rstd, gamma, beta, A, B] = [2 * n * C, C, C, C, C, C, C, C].map(
    array,
  );
  const macs = P * taps * C;
  const rates = { convolve: macs, "convolve (back)": macs, convolveFilterGradient: macs };
  const conv = (from, f, to) =>
    k.convolve(from, 0, Hp * C, C, table, taps, f, -1, to, 0, H * C, C, 1, H, H, C, 0);
  report(`3×3 convolution ${C}→${C} on ${H}×${H}, batch norm, ReLU`, n, rates, (time) => {
    for (let i = 0; i < n; i++) {
      time("pad", () => k.pad(x + i * P * C, xp, 1, H, H, C, 1, 1, 1, 1, 0));
      time("convolve", () => conv(xp, w, y + i * P * C));
      time("moments", () => k.moments(y + i * P * C, parts + 2 * i * C, 1, P, C));
    }
    time("mergeBatch", () => k.mergeBatch(parts, n, P, C, n, 1e-3, mean, variance, rstd));
    time("normalise", () => k.normalise(y, z, 0, n, P, C, 0, mean, rstd, gamma, beta, 1));
    time("reluBackward", () => k.reluBackward(z, dz, dz, n * P * C));
    time("gradientSums", () => k.gradientSums(y, dz, parts, 0, n, P, C, 0, mean, rstd));
    time("mergeGradients", () => k.mergeGradients(parts, n, P, C, 0, gamma, A, B, -1, -1));
    time("transposeFilter", () => k.transposeFilter(w, picks, 9, wt, C, C, C, C));
    for (let i = 0; i < n; i++) {
      const at = i * P * C;
      time("normaliseBackward", () =>
        k.normaliseBackward(y + at, dz + at, dy, i, 1, P, C, 0, mean, rstd, gamma, A, B, 0),
      );
      time("pad", () => k.pad(x + at, xp, 1, H, H, C, 1, 1, 1, 1, 0));
      time("convolveFilterGradient", () =>
        k.convolveFilterGradient(xp, 0, Hp * C, C, table, taps, dy, dw, 1, H, H, C),
      );
      time("pad", () => k.pad(dy, gp, 1, H, H, C, 1, 1, 1, 1, 0));
      time("convolve (back)", () => conv(gp, wt, dx + at));
    }
    k.fill(dw, taps * C, 0);
    k.fill(db, C, 0);
  });
}

seedNetwork(32);
seedNetwork(128);
block(16, 32, 16);
block(32, 16, 16);
block(64, 8, 16);
