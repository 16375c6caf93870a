/** Weighted least squares for a few hundred unknowns: normal equations by Cholesky's factor, in float64. */

import { fail } from "../tensor/errors.js";

export interface Row {
  readonly x: Float64Array;
  readonly y: number;
  readonly weight: number;
}

/** The φ that minimises Σ weight·(y − xᵀφ)². `who` names the caller if the rows do not determine it. */
export function leastSquares(rows: Iterable<Row>, unknowns: number, who: string): Float64Array {
  const A = new Float64Array(unknowns * unknowns);
  const b = new Float64Array(unknowns);
  for (const { x, y, weight } of rows)
    for (let i = 0; i < unknowns; i++) {
      if (x[i] === 0) continue;
      const w = weight * x[i];
      b[i] += w * y;
      for (let j = 0; j <= i; j++) A[i * unknowns + j] += w * x[j];
    }
  return solve(A, b, who);
}

/** A φ = b for a symmetric positive A, of which the lower triangle is read (and overwritten by its factor). */
function solve(A: Float64Array, b: Float64Array, who: string): Float64Array {
  const n = b.length;
  const tiny = 1e-12 * Math.max(...b.map((_, i) => A[i * n + i]), Number.MIN_VALUE);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = A[i * n + j];
      for (let k = 0; k < j; k++) sum -= A[i * n + k] * A[j * n + k];
      if (i === j && !(sum > tiny))
        fail(
          "option",
          `${who}: got too few samples to tell ${n + 1} patches apart; take more samples or larger patches`,
        );
      A[i * n + j] = i === j ? Math.sqrt(sum) : sum / A[j * n + j];
    }
  const phi = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) phi[i] -= A[i * n + k] * phi[k];
    phi[i] /= A[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) phi[i] -= A[k * n + i] * phi[k];
    phi[i] /= A[i * n + i];
  }
  return phi;
}
