/** eˣ and ln x in float64 from +, −, ×, ÷ alone: the operations of src/tensor/math.ts, so the same bits. */

const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** 2^k for −1022 ≤ k ≤ 1023. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: i32): f64 {
  return reinterpret<f64>((<i64>(k + 1023)) << 52);
}

/** eˣ for x ≤ 0 (all that a softmax asks): x = k·ln 2 + r, then the Taylor series of eʳ. */
export function exp(x: f64): f64 {
  if (isNaN(x)) return x;
  if (x < -745.1332191019412) return 0;
  const k = <i32>floor(x / (LN2_HIGH + LN2_LOW) + 0.5);
  const r = x - <f64>k * LN2_HIGH - <f64>k * LN2_LOW;
  let sum: f64 = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (r / <f64>n) * sum;
  const half = -(-k >> 1); // two factors: subnormal results stay reachable
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** ln x for normal x > 0: x = 2ᵏ·m with m in [√½, √2), then ln m = 2·artanh((m−1)/(m+1)). */
export function log(x: f64): f64 {
  if (isNaN(x)) return x;
  const bits = reinterpret<i64>(x);
  let k = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0xfffffffffffff) | (<i64>1023 << 52));
  if (m > 1.4142135623730951) {
    m /= 2;
    k += 1;
  }
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let sum: f64 = 0;
  for (let n = 23; n >= 1; n -= 2) sum = sum * s2 + 1 / <f64>n;
  return <f64>k * LN2_HIGH + (<f64>k * LN2_LOW + 2 * s * sum);
}
