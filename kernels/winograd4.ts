/** Winograd's F(4×4,3×3) (Lavin & Gray 2016): 36 multiplications for 16 outputs where the plain loop needs 144, at the
 *  price of larger roundings (the transforms multiply by up to 8). For `fused` arithmetic alone.
 *
 *         ⎡4  0 −5  0  1  0⎤       ⎡  ¼    0    0 ⎤
 *         ⎢0 −4 −4  1  1  0⎥       ⎢−1/6 −1/6 −1/6⎥        ⎡1  1  1  1  1  0⎤
 *    Bᵀ = ⎢0  4 −4 −1  1  0⎥   G = ⎢−1/6  1/6 −1/6⎥   Aᵀ = ⎢0  1 −1  2 −2  0⎥
 *         ⎢0 −2 −1  2  1  0⎥       ⎢1/24 1/12  1/6⎥        ⎢0  1  1  4  4  0⎥
 *         ⎢0  2 −1 −2  1  0⎥       ⎢1/24−1/12  1/6⎥        ⎣0  1 −1  8 −8  1⎦
 *         ⎣0  4  0 −5  0  1⎦       ⎣  0    0    1 ⎦
 *
 *  A transform works on memory: first along one axis into a stack of vectors, then along the other. */

import { at, positive } from "./memory";

// @ts-ignore: decorator
@inline
function times(a: f32, v: v128): v128 {
  return f32x4.mul(f32x4.splat(a), v);
}

/** Bᵀd: six numbers `from` (stride apart) to six `to`. */
// @ts-ignore: decorator
@inline
function inputLine(from: usize, stride: usize, to: usize, place: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + stride);
  const d2 = v128.load(from + 2 * stride);
  const d3 = v128.load(from + 3 * stride);
  const d4 = v128.load(from + 4 * stride);
  const d5 = v128.load(from + 5 * stride);
  v128.store(to, f32x4.add(f32x4.sub(times(4, d0), times(5, d2)), d4));
  const a = f32x4.sub(d4, times(4, d2));
  const b = f32x4.sub(d3, times(4, d1));
  v128.store(to + place, f32x4.add(a, b));
  v128.store(to + 2 * place, f32x4.sub(a, b));
  const c = f32x4.sub(d4, d2);
  const e = times(2, f32x4.sub(d3, d1));
  v128.store(to + 3 * place, f32x4.add(c, e));
  v128.store(to + 4 * place, f32x4.sub(c, e));
  v128.store(to + 5 * place, f32x4.add(f32x4.sub(times(4, d1), times(5, d3)), d5));
}

/** Both axes of one 6×6 tile. The first pass goes to the tile's own places, where the second finds it. */
export function winograd4Input(x: i32, V: i32, n: i32, cs: i32, th: i32, tw: i32): void {
  const step = at(cs);
  const line = <usize>(4 * tw + 2) * step;
  const place = <usize>(n * th * tw + 1) * step;
  let row = at(V);
  let from = at(x);
  for (let i = 0; i < n; i++) {
    for (let ty = 0; ty < th; ty++) {
      for (let tx = 0; tx < tw; tx++) {
        const corner = from + <usize>(4 * tx) * step;
        for (let c: usize = 0; c < step; c += 16) {
          for (let j: usize = 0; j < 6; j++)
            inputLine(corner + c + j * step, line, row + c + j * place, 6 * place);
          for (let r: usize = 0; r < 6; r++) {
            const own = row + c + 6 * r * place;
            inputLine(own, place, own, place);
          }
        }
        row += step;
      }
      from += 4 * line;
    }
    from += 2 * line;
  }
}

/** G·g of three numbers. */
// @ts-ignore: decorator
@inline
function filterLine(from: usize, stride: usize, to: usize, place: usize): void {
  const g0 = v128.load(from);
  const g1 = v128.load(from + stride);
  const g2 = v128.load(from + 2 * stride);
  v128.store(to, times(0.25, g0));
  const outer = times(-1.0 / 6.0, f32x4.add(g0, g2));
  const inner = times(-1.0 / 6.0, g1);
  v128.store(to + place, f32x4.add(outer, inner));
  v128.store(to + 2 * place, f32x4.sub(outer, inner));
  const wide = f32x4.add(times(1.0 / 24.0, g0), times(1.0 / 6.0, g2));
  const narrow = times(1.0 / 12.0, g1);
  v128.store(to + 3 * place, f32x4.add(wide, narrow));
  v128.store(to + 4 * place, f32x4.sub(wide, narrow));
  v128.store(to + 5 * place, g2);
}

export function winograd4Filter(w: i32, U: i32, I: i32, os: i32): void {
  const place = at(I * os);
  for (let e: usize = 0; e < place; e += 16) {
    const from = at(w) + e;
    const to = at(U) + e;
    // Columns of G·g into the first three places of each row, then along the rows.
    for (let j: usize = 0; j < 3; j++) filterLine(from + j * place, 3 * place, to + j * place, 6 * place);
    for (let r: usize = 0; r < 6; r++) {
      const own = to + 6 * r * place;
      filterLine(own, place, own, place);
    }
  }
}

/** Aᵀm of six numbers, `to` four. */
// @ts-ignore: decorator
@inline
function outputLine(from: usize, stride: usize, to: usize, place: usize): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + stride);
  const m2 = v128.load(from + 2 * stride);
  const m3 = v128.load(from + 3 * stride);
  const m4 = v128.load(from + 4 * stride);
  const m5 = v128.load(from + 5 * stride);
  const a = f32x4.add(m1, m2);
  const b = f32x4.sub(m1, m2);
  const c = f32x4.add(m3, m4);
  const d = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, a), c));
  v128.store(to + place, f32x4.add(b, times(2, d)));
  v128.store(to + 2 * place, f32x4.add(a, times(4, c)));
  v128.store(to + 3 * place, f32x4.add(f32x4.add(b, times(8, d)), m5));
}

export function winograd4Output(
  M: i32, bias: i32, y: i32, n: i32, Ho: i32, Wo: i32, os: i32, th: i32, tw: i32, relu: i32,
): void {
  const step = at(os);
  const place = <usize>(n * th * tw + 1) * step;
  let from = at(M);
  for (let i = 0; i < n; i++)
    for (let ty = 0; ty < th; ty++)
      for (let tx = 0; tx < tw; tx++) {
        const rows = min(4, Ho - 4 * ty);
        const columns = min(4, Wo - 4 * tx);
        const corner = at(y + ((i * Ho + 4 * ty) * Wo + 4 * tx) * os);
        for (let c: usize = 0; c < step; c += 16) {
          const b = bias < 0 ? f32x4.splat(0) : v128.load(at(bias) + c);
          const m = from + c;
          // Down the six columns, in place (the first four rows), then along the rows.
          for (let j: usize = 0; j < 6; j++) outputLine(m + j * place, 6 * place, m + j * place, 6 * place);
          for (let r = 0; r < rows; r++) {
            const own = m + <usize>(6 * r) * place;
            outputLine(own, place, own, place);
            let to = corner + c + <usize>(r * Wo) * step;
            for (let s = 0; s < columns; s++) {
              const v = f32x4.add(v128.load(own + <usize>s * place), b);
              v128.store(to, relu ? positive(v) : v);
              to += step;
            }
          }
        }
        from += step;
      }
}
