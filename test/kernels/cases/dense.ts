/** Cases of the dense kernels. */

import { stride } from "../arena.js";
import { flag, kernelCase, maybe, upTo } from "../case.js";

const shapes = { n: upTo(9), F: upTo(24).map((k) => 4 * k), O: upTo(13) };

export const dense = {
  dense: kernelCase({ ...shapes, bias: maybe, relu: flag }, (a, s) => {
    const x = a.draw(s.n * s.F);
    const w = a.draw(s.O * s.F);
    const bias = a.channels(s.O, s.bias);
    const y = a.output(s.n, s.O, { scale: Math.sqrt(s.F) });
    return (k) => k.dense(x, w, bias, y, s.n, s.F, s.O, stride(s.O), s.relu);
  }),
  denseBackward: kernelCase(shapes, (a, s) => {
    const dy = a.pixels(s.n, s.O);
    const w = a.draw(s.O * s.F);
    const dx = a.output((s.n * s.F) / 4, 4, { scale: Math.sqrt(s.O) });
    return (k) => k.denseBackward(dy, w, dx, s.n, s.F, s.O, stride(s.O));
  }),
  denseWeightGradient: kernelCase({ ...shapes, lo: upTo(23, 0), hi: upTo(24) }, (a, s) => {
    const x = a.draw(s.n * s.F);
    const dy = a.pixels(s.n, s.O);
    const dw = a.output((s.O * s.F) / 4, 4, { scale: Math.sqrt(s.n) });
    const hi = Math.min(4 * s.hi, s.F);
    const lo = Math.min(4 * s.lo, hi);
    return (k) => k.denseWeightGradient(x, dy, dw, s.n, s.F, s.O, stride(s.O), lo, hi);
  }),
};
