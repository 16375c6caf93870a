/** The two backward passes of a convolution: gradient of its filters and of its input. */

import {
  type Convolving,
  forwardTaps,
  geometry,
  groupedSizes,
  paddedInput,
  perAxis,
  windowStrides,
} from "./conv2d-geometry.js";
import { CHUNKS, further, images, type Place } from "./op.js";

/** dW[o,i,ky,kx] = Σ_{n,oy,ox} dy[n,o,oy,ox] · x[n,i,…]: per chunk, then added in chunk order. */
export function filterGradient(c: Convolving, dw: Place): void {
  const a = c.attributes;
  const x = c.inputs[0];
  const y = c.output;
  const xp = paddedInput(c, "paddedAgain");
  const length = c.parameterSize("weight");
  const sums = c.perChunk("weightSums", length);
  c.beforeChunk("fill", sums, length, 0);
  if (a.groups > 1)
    c.each("convolveGroupedFilterGradient", xp, c.dy, sums, images(), ...groupedSizes(a, x, y));
  else {
    const from = [xp, ...windowStrides(a, x)] as const;
    const { offsets, taps } = forwardTaps(a, x);
    const table = c.integers(offsets);
    c.each("convolveFilterGradient", ...from, table, taps, c.dy, sums, images(), y.H, y.W, y.cs);
  }
  c.late(length, "sumParts", sums, CHUNKS, length, dw, "lo", "hi");
}

/** One axis of the input's gradient, for the input positions i ≡ residue (mod stride).
 *
 *  i + padding = stride·q + residue, and tap k reaches i from output position o = q − (k·dilation − residue)/stride
 *  wherever k·dilation ≡ residue (mod stride): a stride-1 convolution of dy over q with those taps. */
interface AxisPhase {
  /** First input position, and how many (every stride-th). */
  readonly start: number;
  readonly count: number;
  /** Taps k, and how far each looks back from q. */
  readonly taps: readonly { readonly k: number; readonly back: number }[];
  /** q of the first input position. */
  readonly q: number;
}

function axisPhases(
  length: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: number,
): AxisPhase[] {
  return Array.from({ length: stride }, (_, residue) => {
    const start = (((residue - padding) % stride) + stride) % stride;
    const taps = Array.from({ length: kernel }, (_, k) => k)
      .filter((k) => (k * dilation) % stride === residue)
      .map((k) => ({ k, back: (k * dilation - residue) / stride }));
    const count = start < length ? Math.ceil((length - start) / stride) : 0;
    return { start, count, taps, q: (start + padding - residue) / stride };
  });
}

/** How many zeros dy needs before and after, so that every phase stays inside. */
function border(phases: readonly AxisPhase[], outputs: number): { before: number; after: number } {
  let before = 0;
  let after = 0;
  for (const { q, count, taps } of phases)
    for (const { back } of taps) {
      before = Math.max(before, back - q);
      after = Math.max(after, q + count - 1 - back - (outputs - 1));
    }
  return { before, after };
}

/** dx = dy ⋆ flipped filters, one stride-1 convolution per residue of the stride. */
export function inputGradient(c: Convolving, dx: Place): void {
  const a = c.attributes;
  if (a.groups > 1) {
    groupedInputGradient(c, dx);
    return;
  }
  const x = c.inputs[0];
  const y = c.output;
  const [kh, kw] = a.kernel;
  const [stride, dilation] = [perAxis(a.stride), perAxis(a.dilation)];
  const rows = axisPhases(x.H, kh, stride[0], dilation[0], a.padding[0]);
  const columns = axisPhases(x.W, kw, stride[1], dilation[1], a.padding[1]);
  const vertical = border(rows, y.H);
  const horizontal = border(columns, y.W);
  const Hg = y.H + vertical.before + vertical.after;
  const Wg = y.W + horizontal.before + horizontal.after;
  const isPadded = Hg * Wg > y.H * y.W;
  const g = isPadded ? c.perImage("paddedGradient", Hg * Wg * y.cs) : c.dy;
  if (isPadded)
    c.each(
      "pad",
      c.dy,
      g,
      images(),
      y.H,
      y.W,
      y.cs,
      vertical.before,
      horizontal.before,
      vertical.after,
      horizontal.after,
      0,
    );
  const phases = rows.flatMap((row) => columns.map((column) => ({ row, column })));
  if (phases.some(({ row, column }) => row.taps.length * column.taps.length === 0))
    c.each("fill", dx, images(x.size), 0);
  phases.forEach(({ row, column }, number) => {
    const taps = row.taps.flatMap((v) => column.taps.map((h) => ({ v, h })));
    if (taps.length === 0 || row.count * column.count === 0) return;
    const picks = Int32Array.from(taps, ({ v, h }) => v.k * kw + h.k);
    const filter = flippedFilter(c, `flipped${number}`, picks);
    const top = row.q + vertical.before;
    const left = column.q + horizontal.before;
    const offsets = new Int32Array(taps.length * y.C);
    taps.forEach(({ v, h }, t) => {
      for (let o = 0; o < y.C; o++)
        offsets[t * y.C + o] = ((top - v.back) * Wg + left - h.back) * y.cs + o;
    });
    const from = [g, Hg * Wg * y.cs, Wg * y.cs, y.cs, c.integers(offsets), offsets.length] as const;
    const start = further(dx, (row.start * x.W + column.start) * x.cs);
    const to = [start, x.size, stride[0] * x.W * x.cs, stride[1] * x.cs] as const;
    const weights = [filter, 8, x.cs, -1] as const;
    const size = [images(), row.count, column.count, x.cs] as const;
    c.each("convolve", ...from, ...weights, ...to, ...size, -1, -1, 0);
  });
}

/** Filters with input and output channels exchanged, spatial taps as picked; they change only when the weights do. */
export function flippedFilter(c: Convolving, name: string, picks: Int32Array): Place {
  const x = c.inputs[0];
  const y = c.output;
  const filter = c.shared(name, picks.length * y.C * x.cs);
  const from = [c.parameter("weight"), c.integers(picks), picks.length] as const;
  c.prepare("transposeFilter", ...from, filter, x.C, x.cs, y.C, y.cs);
  return filter;
}

function groupedInputGradient(c: Convolving, dx: Place): void {
  const a = c.attributes;
  const x = c.inputs[0];
  const { top, left, bottom, right, Hp, Wp, isPadded } = geometry(a, x);
  const dxp = isPadded ? c.perImage("paddedInputGradient", Hp * Wp * x.cs) : dx;
  const sizes = groupedSizes(a, x, c.output);
  c.each("convolveGroupedBackward", c.dy, c.parameter("weight"), dxp, images(), ...sizes);
  if (isPadded) c.each("unpad", dxp, dx, images(), x.H, x.W, x.cs, top, left, bottom, right);
}
