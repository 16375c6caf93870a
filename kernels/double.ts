/** The convolution loop in float64, for the reference backend: the bits of its definition, at the speed that whole networks
 *  need. Memory holds doubles alone: tables of integers, too. A tile is 4 pixels × 4 output channels. */

// @ts-ignore: decorator
@inline
function at(element: i32): usize {
  return (<usize>element) << 3;
}

export function convolve(
  x: i32, xImage: i32, xRow: i32, xPixel: i32, offsets: i32, taps: i32, w: i32, wPanel: i32, wTap: i32, bias: i32,
  y: i32, yImage: i32, yRow: i32, yPixel: i32, n: i32, Ho: i32, Wo: i32, os: i32, norm: i32, residual: i32, relu: f64,
): void {
  const last = Ho * Wo - 1;
  const run = runLength(at(offsets), taps);
  for (let i = 0; i < n; i++)
    for (let o = 0; o < os; o += 4) {
      const weights = at(w + (o >> 3) * wPanel + (o & 7));
      for (let p = 0; p <= last; p += 4) {
        // Pixels beyond the last one are the last one again.
        const p1 = min(p + 1, last);
        const p2 = min(p + 2, last);
        const p3 = min(p + 3, last);
        const from = x + i * xImage;
        const to = y + i * yImage + o;
        tile(
          place(from, p, Wo, xRow, xPixel), place(from, p1, Wo, xRow, xPixel), place(from, p2, Wo, xRow, xPixel),
          place(from, p3, Wo, xRow, xPixel), at(offsets), at(offsets + taps), run, weights, at(wTap), bias,
          place(to, p, Wo, yRow, yPixel), place(to, p1, Wo, yRow, yPixel), place(to, p2, Wo, yRow, yPixel),
          place(to, p3, Wo, yRow, yPixel), o, norm, residual >= 0, at(residual - y), relu);
      }
    }
}

/** The largest r such that the offsets are runs of r numbers that follow each other. */
function runLength(offsets: usize, taps: i32): i32 {
  let r = 1;
  while (r < taps && load<f64>(offsets + (<usize>r << 3)) == load<f64>(offsets) + <f64>r) r++;
  if (taps % r != 0) return 1;
  for (let k = r; k < taps; k++) {
    const start = load<f64>(offsets + (<usize>(k - (k % r)) << 3));
    if (load<f64>(offsets + (<usize>k << 3)) != start + <f64>(k % r)) return 1;
  }
  return r;
}

/** Pixel p of an image. */
// @ts-ignore: decorator
@inline
function place(image: i32, p: i32, Wo: i32, row: i32, pixel: i32): usize {
  return at(image + (p / Wo) * row + (p % Wo) * pixel);
}

function tile(
  a: usize, b: usize, c: usize, d: usize, offsets: usize, end: usize, run: i32, w: usize, wTap: usize, bias: i32,
  ya: usize, yb: usize, yc: usize, yd: usize, o: i32, norm: i32, adds: bool, residual: usize, relu: f64,
): void {
  let a0 = f64x2.splat(0);
  let a1 = a0;
  if (bias >= 0) {
    a0 = v128.load(at(bias + o));
    a1 = v128.load(at(bias + o), 16);
  }
  let b0 = a0;
  let b1 = a1;
  let c0 = a0;
  let c1 = a1;
  let d0 = a0;
  let d1 = a1;
  do {
    const offset = at(<i32>load<f64>(offsets));
    let pa = a + offset;
    let pb = b + offset;
    let pc = c + offset;
    let pd = d + offset;
    const runEnd = w + <usize>run * wTap;
    do {
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      let s = v128.load64_splat(pa);
      a0 = f64x2.add(a0, f64x2.mul(s, w0));
      a1 = f64x2.add(a1, f64x2.mul(s, w1));
      s = v128.load64_splat(pb);
      b0 = f64x2.add(b0, f64x2.mul(s, w0));
      b1 = f64x2.add(b1, f64x2.mul(s, w1));
      s = v128.load64_splat(pc);
      c0 = f64x2.add(c0, f64x2.mul(s, w0));
      c1 = f64x2.add(c1, f64x2.mul(s, w1));
      s = v128.load64_splat(pd);
      d0 = f64x2.add(d0, f64x2.mul(s, w0));
      d1 = f64x2.add(d1, f64x2.mul(s, w1));
      pa += 8;
      pb += 8;
      pc += 8;
      pd += 8;
      w += wTap;
    } while (w != runEnd);
    offsets += <usize>run << 3;
  } while (offsets != end);
  put(a0, a1, ya, o, norm, adds, residual, relu);
  put(b0, b1, yb, o, norm, adds, residual, relu);
  put(c0, c1, yc, o, norm, adds, residual, relu);
  put(d0, d1, yd, o, norm, adds, residual, relu);
}

/** Four channels from o on. `residual`: distance from there to what is added, if anything is. */
function put(low: v128, high: v128, to: usize, o: i32, norm: i32, adds: bool, residual: usize, relu: f64): void {
  if (norm >= 0) {
    const row = at(norm + 4 * o);
    low = normalised(low, row);
    high = normalised(high, row + 16);
  }
  if (adds) {
    low = f64x2.add(low, v128.load(to + residual));
    high = f64x2.add(high, v128.load(to + residual, 16));
  }
  if (relu > 0) {
    const zero = f64x2.splat(0);
    low = f64x2.min(f64x2.max(low, zero), f64x2.splat(relu));
    high = f64x2.min(f64x2.max(high, zero), f64x2.splat(relu));
  }
  v128.store(to, low);
  v128.store(to, high, 16);
}

// @ts-ignore: decorator
@inline
function normalised(x: v128, row: usize): v128 {
  const scaled = f64x2.mul(f64x2.mul(f64x2.sub(x, v128.load(row)), v128.load(row, 32)), v128.load(row, 64));
  return f64x2.add(scaled, v128.load(row, 96));
}
