/** Normalisation applied, and its gradient. z = (x − μ)·r ; y = z·γ + β. */

import { at, positive } from "./memory";

/** Byte offset of the row of mean and rstd that image number `image` uses. */
// @ts-ignore: decorator
@inline
export function rowOf(image: i32, b: i32, cs: i32): usize {
  return b > 0 ? at((image / b) * cs) : 0;
}

/** Four numbers of an optional vector, or `absent`. */
// @ts-ignore: decorator
@inline
export function optional(vector: i32, c: usize, absent: f32): v128 {
  return vector < 0 ? f32x4.splat(absent) : v128.load(at(vector) + c);
}

/** Pixels whose channels are walked together: their lines stay in the first-level cache for all channels. */
const BLOCK: i32 = 32;

export function normalise(
  x: i32, y: i32, first: i32, n: i32, P: i32, cs: i32, b: i32,
  mean: i32, rstd: i32, gamma: i32, beta: i32, residual: i32, relu: i32,
): void {
  const step = at(cs);
  for (let i = 0; i < n; i++) {
    const row = rowOf(first + i, b, cs);
    for (let p = 0; p < P; p += BLOCK) {
      const k = min(BLOCK, P - p);
      const block = at((i * P + p) * cs);
      for (let c: usize = 0; c < step; c += 16) {
        const mu = v128.load(at(mean) + row + c);
        const r = v128.load(at(rstd) + row + c);
        const scale = optional(gamma, c, 1);
        const shift = optional(beta, c, 0);
        let from = at(x) + block + c;
        let to = at(y) + block + c;
        let other = at(residual) + block + c;
        for (let j = 0; j < k; j++) {
          const z = f32x4.mul(f32x4.sub(v128.load(from), mu), r);
          let v = f32x4.add(f32x4.mul(z, scale), shift);
          if (residual >= 0) v = f32x4.add(v, v128.load(other));
          v128.store(to, relu ? positive(v) : v);
          from += step;
          to += step;
          other += step;
        }
      }
    }
  }
}

export function gradientSums(
  x: i32, dy: i32, parts: i32, first: i32, n: i32, P: i32, cs: i32, b: i32, mean: i32, rstd: i32,
): void {
  const step = at(cs);
  for (let i = 0; i < n; i++) {
    const row = rowOf(first + i, b, cs);
    const to = at(parts + 2 * i * cs);
    memory.fill(to, 0, 2 * step);
    for (let p = 0; p < P; p += BLOCK) {
      const k = min(BLOCK, P - p);
      const block = at((i * P + p) * cs);
      for (let c: usize = 0; c < step; c += 16) {
        const mu = v128.load(at(mean) + row + c);
        const r = v128.load(at(rstd) + row + c);
        let sum = v128.load(to + c);
        let sumZ = v128.load(to + step + c);
        let from = at(x) + block + c;
        let gradient = at(dy) + block + c;
        for (let j = 0; j < k; j++) {
          const z = f32x4.mul(f32x4.sub(v128.load(from), mu), r);
          const g = v128.load(gradient);
          sum = f32x4.add(sum, g);
          sumZ = f32x4.add(sumZ, f32x4.mul(g, z));
          from += step;
          gradient += step;
        }
        v128.store(to + c, sum);
        v128.store(to + step + c, sumZ);
      }
    }
  }
}

export function mergeGradients(
  parts: i32, N: i32, P: i32, cs: i32, b: i32, gamma: i32, A: i32, B: i32, dgamma: i32, dbeta: i32,
): void {
  const per = b > 0 ? b : N;
  for (let c = 0; c < cs; c++) {
    const scale: f64 = gamma < 0 ? 1 : <f64>load<f32>(at(gamma + c));
    let total: f64 = 0;
    let totalZ: f64 = 0;
    let to = c;
    for (let start = 0; start < N; start += per) {
      const images = min(per, N - start);
      let sum: f64 = 0;
      let sumZ: f64 = 0;
      for (let i = start; i < start + images; i++) {
        sum += <f64>load<f32>(at(parts + 2 * i * cs + c));
        sumZ += <f64>load<f32>(at(parts + (2 * i + 1) * cs + c));
      }
      const m = <f64>images * <f64>P;
      store<f32>(at(A + to), <f32>((scale * sum) / m));
      store<f32>(at(B + to), <f32>((scale * sumZ) / m));
      total += sum;
      totalZ += sumZ;
      to += cs;
    }
    if (dbeta >= 0) store<f32>(at(dbeta + c), <f32>total);
    if (dgamma >= 0) store<f32>(at(dgamma + c), <f32>totalZ);
  }
}

export function mergeGroupGradients(
  parts: i32, n: i32, P: i32, C: i32, cs: i32, groups: i32, gamma: i32, A: i32, B: i32,
): void {
  const size = C / groups;
  const m = <f64>size * <f64>P;
  for (let i = 0; i < n; i++) {
    const row = i * cs;
    for (let c = 0; c < C; c += size) {
      let sum: f64 = 0;
      let sumZ: f64 = 0;
      for (let k = c; k < c + size; k++) {
        const scale: f64 = gamma < 0 ? 1 : <f64>load<f32>(at(gamma + k));
        sum += scale * <f64>load<f32>(at(parts + 2 * row + k));
        sumZ += scale * <f64>load<f32>(at(parts + 2 * row + cs + k));
      }
      for (let k = c; k < c + size; k++) {
        store<f32>(at(A + row + k), <f32>(sum / m));
        store<f32>(at(B + row + k), <f32>(sumZ / m));
      }
    }
    for (let c = C; c < cs; c++) {
      store<f32>(at(A + row + c), 0);
      store<f32>(at(B + row + c), 0);
    }
  }
}

/** dx = r·(γ·dy − A − z·B) as (g − rA) − (x − μ)·r²B with g = rγ·dy, then 0 where x ≤ 0 if masked. */
// @ts-ignore: decorator
@inline
export function backward(x: v128, g: v128, mu: v128, ra: v128, rrb: v128, mask: i32): v128 {
  const dx = f32x4.sub(f32x4.sub(g, ra), f32x4.mul(f32x4.sub(x, mu), rrb));
  return mask ? v128.and(dx, f32x4.gt(x, f32x4.splat(0))) : dx;
}

/** r·A, or 0 without A. */
// @ts-ignore: decorator
@inline
export function scaled(r: v128, vector: i32, offset: usize): v128 {
  return vector < 0 ? f32x4.splat(0) : f32x4.mul(r, v128.load(at(vector) + offset));
}

export function normaliseBackward(
  x: i32, dy: i32, dx: i32, first: i32, n: i32, P: i32, cs: i32, b: i32,
  mean: i32, rstd: i32, gamma: i32, A: i32, B: i32, mask: i32,
): void {
  const step = at(cs);
  for (let i = 0; i < n; i++) {
    const row = rowOf(first + i, b, cs);
    for (let p = 0; p < P; p += BLOCK) {
      const k = min(BLOCK, P - p);
      const block = at((i * P + p) * cs);
      for (let c: usize = 0; c < step; c += 16) {
        const mu = v128.load(at(mean) + row + c);
        const r = v128.load(at(rstd) + row + c);
        const scale = f32x4.mul(r, optional(gamma, c, 1));
        const ra = scaled(r, A, row + c);
        const rrb = f32x4.mul(r, scaled(r, B, row + c));
        let offset = block + c;
        for (let j = 0; j < k; j++) {
          const v = v128.load(at(x) + offset);
          const g = f32x4.mul(scale, v128.load(at(dy) + offset));
          v128.store(at(dx) + offset, backward(v, g, mu, ra, rrb, mask));
          offset += step;
        }
      }
    }
  }
}
