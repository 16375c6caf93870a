/** Random rotations of the space of units, and their fractional powers: Q^α turns by the share α of the way to Q.
 *  In its real Schur form a rotation is a set of planes with an angle each; Q^α turns each plane by α times its angle. */

import { cos, sin } from "../../tensor/math.js";
import type { Random } from "../../tensor/random.js";

/** A square matrix, row-major. */
export type Matrix = Float64Array;

const dot = (a: Matrix, i: number, b: Matrix, j: number, n: number): number => {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[i * n + k] * b[j * n + k];
  return sum;
};

/** A rotation drawn uniformly (Haar): rows of Gaussian numbers made orthonormal, one by one; determinant 1. */
export function randomRotation(n: number, stream: Random): Matrix {
  const q = Float64Array.from({ length: n * n }, () => stream.normal());
  for (let i = 0; i < n; i++) {
    // Twice: once leaves roundings that a large n would show.
    for (let round = 0; round < 2; round++)
      for (let j = 0; j < i; j++) {
        const along = dot(q, i, q, j, n);
        for (let k = 0; k < n; k++) q[i * n + k] -= along * q[j * n + k];
      }
    const length = Math.sqrt(dot(q, i, q, i, n));
    for (let k = 0; k < n; k++) q[i * n + k] /= length;
  }
  if (determinantSign(q, n) < 0) for (let k = 0; k < n; k++) q[k] = -q[k];
  return q;
}

/** The sign of the determinant, by elimination with pivots. */
function determinantSign(q: Matrix, n: number): number {
  const a = q.slice();
  let sign = 1;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++)
      if (Math.abs(a[r * n + c]) > Math.abs(a[pivot * n + c])) pivot = r;
    if (pivot !== c) {
      sign = -sign;
      for (let k = 0; k < n; k++)
        [a[c * n + k], a[pivot * n + k]] = [a[pivot * n + k], a[c * n + k]];
    }
    if (a[c * n + c] < 0) sign = -sign;
    for (let r = c + 1; r < n; r++) {
      const factor = a[r * n + c] / a[c * n + c];
      for (let k = c; k < n; k++) a[r * n + k] -= factor * a[c * n + k];
    }
  }
  return sign;
}

/** Eigenvectors of a symmetric matrix as rows, by Jacobi's rotations. */
export function eigenvectors(symmetric: Matrix, n: number): Matrix {
  const a = symmetric.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q] ** 2;
    if (off < 1e-26 * n) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, p, q, n);
  }
  return v;
}

/** Makes a[p][q] zero. */
function rotate(a: Matrix, v: Matrix, p: number, q: number, n: number): void {
  const apq = a[p * n + q];
  if (apq === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k], a[q * n + k]];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
    const [u, w] = [v[p * n + k], v[q * n + k]];
    v[p * n + k] = c * u - s * w;
    v[q * n + k] = s * u + c * w;
  }
}

/** A plane that a rotation turns: Q e₁ = cos·e₁ + sin·e₂. Without e₂, a direction that it leaves as it is. */
interface Plane {
  readonly first: Float64Array;
  readonly second?: Float64Array;
  readonly angle: number;
}

/** The planes of a rotation. The symmetric part (Q + Qᵀ)/2 is cos in each plane, so its eigenvectors lie in them. */
export function planesOf(q: Matrix, n: number): Plane[] {
  const symmetric = q.map((value, at) => (value + q[(at % n) * n + Math.floor(at / n)]) / 2);
  const vectors = eigenvectors(symmetric, n);
  const planes: Plane[] = [];
  const used: Float64Array[] = [];
  const remove = (x: Float64Array): number => {
    for (let round = 0; round < 2; round++)
      for (const u of used) {
        const along = dot(x, 0, u, 0, n);
        for (let k = 0; k < n; k++) x[k] -= along * u[k];
      }
    return Math.sqrt(dot(x, 0, x, 0, n));
  };
  for (let i = 0; i < n && used.length < n; i++) {
    const first = vectors.slice(i * n, (i + 1) * n);
    const left = remove(first);
    if (left < 0.5) continue; // lies in a plane that is known
    for (let k = 0; k < n; k++) first[k] /= left;
    const turned = Float64Array.from({ length: n }, (_, r) => dot(q, r, first, 0, n));
    const cosine = dot(turned, 0, first, 0, n);
    used.push(first);
    const sine = remove(turned);
    if (sine < 1e-9) {
      planes.push({ first, angle: cosine > 0 ? 0 : Math.PI });
      continue;
    }
    const second = turned.map((x) => x / sine);
    used.push(second);
    planes.push({ first, second, angle: angleOf(cosine) });
  }
  return planes;
}

/** The angle in [0, π] with this cosine, by bisection. */
function angleOf(cosine: number): number {
  let [low, high] = [0, Math.PI];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (cos(middle) > cosine) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Q^α of the rotation with these planes. */
export function power(planes: readonly Plane[], alpha: number, n: number): Matrix {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  for (const { first, second, angle } of planes) {
    if (!second) continue;
    const [c, s] = [cos(alpha * angle) - 1, sin(alpha * angle)];
    for (let r = 0; r < n; r++)
      for (let k = 0; k < n; k++)
        q[r * n + k] +=
          c * (first[r] * first[k] + second[r] * second[k]) +
          s * (second[r] * first[k] - first[r] * second[k]);
  }
  return q;
}
