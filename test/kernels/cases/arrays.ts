/** Cases of the kernels on arrays. */

import { kernelCase, upTo } from "../case.js";

const fours = upTo(20).map((k) => 4 * k);
const EXACT = { ulps: 0 };

export const arrays = {
  fill: kernelCase({ count: upTo(50) }, (a, { count }) => {
    const y = a.output(count, 4, EXACT);
    return (k) => k.fill(y, count, 0.5);
  }),
  copy: kernelCase({ count: upTo(50) }, (a, { count }) => {
    const x = a.draw(count);
    const y = a.output(count, 4, EXACT);
    return (k) => k.copy(x, y, count);
  }),
  add: kernelCase({ count: fours, into: upTo(2, 0) }, (a, { count, into }) => {
    const x = a.draw(count);
    const z = a.draw(count);
    const y = into === 0 ? a.output(count / 4, 4) : a.changes(into === 1 ? x : z, count / 4, 4);
    return (k) => k.add(x, z, y, count);
  }),
  gather: kernelCase(
    { n: upTo(4), count: upTo(20), run: upTo(20, 0), gap: upTo(3, 0) },
    (a, { n, count, run, gap }) => {
      const xs = 28 + 4 * gap;
      const ys = ((count + 3) & ~3) + 4 * gap;
      const x = a.draw(n * xs);
      // As in a concatenation: indices that follow each other, then any.
      const first = a.random.below(9);
      const any = () => a.random.below(xs + 1) - 1;
      const index = (_: unknown, i: number) => (i < run ? first + i : any());
      const indices = a.integers(Array.from({ length: count }, index));
      const y = a.output((n * ys) / 4, 4, EXACT);
      return (k) => k.gather(x, y, indices, n, count, xs, ys);
    },
  ),
  relu: kernelCase({ count: fours, into: upTo(1, 0) }, (a, { count, into }) => {
    const x = a.draw(count, "exact");
    const y = into ? a.changes(x, count / 4, 4, EXACT) : a.output(count / 4, 4, EXACT);
    return (k) => k.relu(x, y, count);
  }),
  reluBackward: kernelCase({ count: fours, into: upTo(1, 0) }, (a, { count, into }) => {
    const y = a.draw(count, "exact");
    const dy = a.draw(count);
    const dx = into ? a.changes(dy, count / 4, 4, EXACT) : a.output(count / 4, 4, EXACT);
    return (k) => k.reluBackward(y, dy, dx, count);
  }),
  multiply: kernelCase({ count: fours, into: upTo(2, 0) }, (a, { count, into }) => {
    const x = a.draw(count);
    const z = a.draw(count);
    const y = into === 0 ? a.output(count / 4, 4) : a.changes(into === 1 ? x : z, count / 4, 4);
    return (k) => k.multiply(x, z, y, count);
  }),
  sumParts: kernelCase(
    { parts: upTo(9), quads: upTo(9), lo: upTo(8, 0), gap: upTo(3, 0) },
    (a, { parts, quads, lo, gap }) => {
      const from = Math.min(lo, quads - 1);
      const src = a.draw(parts * 4 * (quads + gap));
      const dst = a.output(quads, 4, { scale: parts });
      return (k) => k.sumParts(src, parts, 4 * (quads + gap), dst, 4 * from, 4 * quads);
    },
  ),
};
