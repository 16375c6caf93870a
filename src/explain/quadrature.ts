/** Nodes and weights on [0, 1]: ∫₀¹ g(α) dα ≈ Σ weights[k]·g(nodes[k]). */

import { cos } from "../tensor/math.js";

export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** The middles of n equal pieces: nodes (k + ½)/n, weights 1/n. */
export const riemannMiddle = (n: number): Quadrature => ({
  nodes: Float64Array.from({ length: n }, (_, k) => (k + 0.5) / n),
  weights: new Float64Array(n).fill(1 / n),
});

/** Gauss–Legendre: exact for polynomials up to degree 2n − 1. Nodes are the roots of the Legendre polynomial
 *  Pₙ, found by Newton's method; weights 2/((1 − t²)·Pₙ′(t)²), halved for the length of [0, 1]. */
export function gaussLegendre(n: number): Quadrature {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let t = cos((Math.PI * (k + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 8; step++) {
      const { value, derivative } = legendre(n, t);
      slope = derivative;
      t -= value / derivative;
    }
    slope = legendre(n, t).derivative;
    nodes[n - 1 - k] = (1 + t) / 2;
    weights[n - 1 - k] = 1 / ((1 - t * t) * slope * slope);
  }
  return { nodes, weights };
}

/** Pₙ(t) and its derivative: (j + 1)·P₍ⱼ₊₁₎ = (2j + 1)·t·Pⱼ − j·P₍ⱼ₋₁₎. */
function legendre(n: number, t: number): { value: number; derivative: number } {
  let before = 0;
  let value = 1;
  for (let j = 0; j < n; j++) {
    const next = ((2 * j + 1) * t * value - j * before) / (j + 1);
    before = value;
    value = next;
  }
  return { value, derivative: (n * (t * value - before)) / (t * t - 1) };
}
