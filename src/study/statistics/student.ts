/** Student's t distribution, whose quantiles make intervals from few numbers honest. */

import { cos, sin } from "../../tensor/math.js";

/** ∫₀^θ cosᵐ = cosᵐ⁻¹θ·sin θ/m + (m − 1)/m·∫₀^θ cosᵐ⁻². */
function cosinePower(m: number, theta: number): number {
  const c = cos(theta);
  const s = sin(theta);
  const isEven = m % 2 === 0;
  let integral = isEven ? theta : s;
  let power = isEven ? c : c * c; // cosᵏ⁻¹
  for (let k = isEven ? 2 : 3; k <= m; k += 2) {
    integral = (power * s) / k + ((k - 1) / k) * integral;
    power *= c * c;
  }
  return integral;
}

/** t with P(|T| ≤ t) = `level` for ν whole degrees of freedom. With T = √ν·tan θ the density is that of cosᵛ⁻¹θ,
 *  so θ is found by bisection. */
export function studentQuantile(level: number, degrees: number): number {
  const whole = cosinePower(degrees - 1, Math.PI / 2);
  let low = 0;
  let high = Math.PI / 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (cosinePower(degrees - 1, middle) < level * whole) low = middle;
    else high = middle;
  }
  return (Math.sqrt(degrees) * sin(low)) / cos(low);
}
