/** Noisy linear imputation: removed pixels become the weighted means of their neighbours, all at once,
 *    x_i = Σ_j w_ij x_j / Σ_j w_ij,   w = 1/6 for the four direct neighbours and 1/12 for the four diagonal ones,
 *  over the neighbours that are inside the image, and a little noise on top. The result gives away less of which pixels
 *  were removed than a constant does. Rong et al. 2022.
 *
 *  The system is symmetric and positive definite as long as a pixel is left, and solved by conjugate gradients. */

const DIRECT = 1 / 6;
const DIAGONAL = 1 / 12;

/** Residual at which the solver stops, as a share of the right-hand side's, or of the guess's. */
const TOLERANCE = 1e-4;

/** Σ_j w_ij v_j over the neighbours of every pixel, of an image with a border of one pixel of zeros around it. */
function neighbours(v: Float64Array, out: Float64Array, H: number, stride: number): void {
  for (let y = 1; y <= H; y++)
    for (let p = y * stride + 1, end = p + stride - 2; p < end; p++)
      out[p] =
        DIRECT * (v[p - stride] + v[p - 1] + v[p + 1] + v[p + stride]) +
        DIAGONAL * (v[p - stride - 1] + v[p - stride + 1] + v[p + stride - 1] + v[p + stride + 1]);
}

/** One channel of H·W pixels in which those of `removed` are imputed, without noise. `start` is a guess. */
export function imputed(
  channel: ArrayLike<number>,
  removed: ArrayLike<number>,
  [H, W]: readonly [number, number],
  {
    tolerance = TOLERANCE,
    start = channel,
  }: { tolerance?: number; start?: ArrayLike<number> } = {},
): Float64Array {
  const stride = W + 2;
  const place = (p: number): number => (Math.floor(p / W) + 1) * stride + (p % W) + 1;
  const field = (): Float64Array => new Float64Array((H + 2) * stride);
  const [inside, known, x, free] = [field(), field(), field(), Int32Array.from(removed, place)];
  for (let p = 0; p < H * W; p++) {
    inside[place(p)] = 1;
    known[place(p)] = channel[p];
  }
  for (let k = 0; k < free.length; k++) {
    known[free[k]] = 0;
    x[free[k]] = start[removed[k]];
  }
  const [weights, b] = [field(), field()];
  neighbours(inside, weights, H, stride); // Σ_j w_ij
  neighbours(known, b, H, stride);
  solve({ H, stride, free, weights }, b, x, tolerance);
  const out = Float64Array.from(channel);
  for (let k = 0; k < free.length; k++) out[removed[k]] = x[free[k]];
  return out;
}

interface System {
  readonly H: number;
  readonly stride: number;
  /** Places of the unknowns; `weights` is the diagonal. */
  readonly free: Int32Array;
  readonly weights: Float64Array;
}

/** Conjugate gradients for A x = b, (A x)_i = Σ_j w_ij·x_i − Σ_{j unknown} w_ij x_j. Improves x. */
function solve(
  { H, stride, free, weights }: System,
  b: Float64Array,
  x: Float64Array,
  tolerance: number,
): void {
  const r = new Float64Array(x.length);
  const d = new Float64Array(x.length);
  const Ad = new Float64Array(x.length);
  /** A v, and its product with v. */
  const apply = (v: Float64Array): number => {
    let vAv = 0;
    neighbours(v, Ad, H, stride);
    for (let k = 0; k < free.length; k++) {
      const p = free[k];
      Ad[p] = weights[p] * v[p] - Ad[p];
      vAv += v[p] * Ad[p];
    }
    return vAv;
  };
  apply(x);
  let [rr, bb] = [0, 0];
  for (let k = 0; k < free.length; k++) {
    const p = free[k];
    d[p] = r[p] = b[p] - Ad[p];
    rr += r[p] * r[p];
    bb += b[p] * b[p];
  }
  const enough = tolerance * tolerance * Math.max(bb, rr);
  for (let step = 0; step < 10 * free.length && rr > enough; step++) {
    const alpha = rr / apply(d);
    let next = 0;
    for (let k = 0; k < free.length; k++) {
      const p = free[k];
      x[p] += alpha * d[p];
      r[p] -= alpha * Ad[p];
      next += r[p] * r[p];
    }
    for (let k = 0; k < free.length; k++) d[free[k]] = r[free[k]] + (next / rr) * d[free[k]];
    rr = next;
  }
}
