/** Softmax and losses, scalar and in float64: C is small. */

import { exp, log } from "./math";
import { at } from "./memory";

/** Position of the first largest of C numbers. */
function argmax(x: usize, C: i32): i32 {
  let best = 0;
  for (let c = 1; c < C; c++) if (load<f32>(x + at(c)) > load<f32>(x + at(best))) best = c;
  return best;
}

/** Σ exp(x − max). */
function expSum(x: usize, C: i32, max: f64): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < C; c++) sum += exp(<f64>load<f32>(x + at(c)) - max);
  return sum;
}

function clear(y: usize, from: i32, to: i32): void {
  for (let c = from; c < to; c++) store<f32>(y + at(c), 0);
}

export function softmax(x: i32, y: i32, n: i32, C: i32, cs: i32): void {
  for (let i = 0; i < n; i++) {
    const from = at(x + i * cs);
    const to = at(y + i * cs);
    const max = <f64>load<f32>(from + at(argmax(from, C)));
    const sum = expSum(from, C, max);
    for (let c = 0; c < C; c++)
      store<f32>(to + at(c), <f32>(exp(<f64>load<f32>(from + at(c)) - max) / sum));
    clear(to, C, cs);
  }
}

export function softmaxBackward(y: i32, dy: i32, dx: i32, n: i32, C: i32, cs: i32): void {
  for (let i = 0; i < n; i++) {
    const p = at(y + i * cs);
    const g = at(dy + i * cs);
    const to = at(dx + i * cs);
    let dot: f64 = 0;
    for (let c = 0; c < C; c++) dot += <f64>load<f32>(g + at(c)) * <f64>load<f32>(p + at(c));
    for (let c = 0; c < C; c++)
      store<f32>(to + at(c), <f32>(<f64>load<f32>(p + at(c)) * (<f64>load<f32>(g + at(c)) - dot)));
    clear(to, C, cs);
  }
}

export function crossEntropy(
  x: i32, labels: i32, loss: i32, correct: i32, dx: i32, n: i32, C: i32, cs: i32, scale: f64,
): void {
  for (let i = 0; i < n; i++) {
    const from = at(x + i * cs);
    const label = <i32>load<f32>(at(labels + i));
    const winner = argmax(from, C);
    const max = <f64>load<f32>(from + at(winner));
    const sum = expSum(from, C, max);
    store<f32>(at(loss + i), <f32>(log(sum) - (<f64>load<f32>(from + at(label)) - max)));
    store<f32>(at(correct + i), winner == label ? 1 : 0);
    if (dx < 0) continue;
    const to = at(dx + i * cs);
    for (let c = 0; c < C; c++) {
      const p = exp(<f64>load<f32>(from + at(c)) - max) / sum;
      store<f32>(to + at(c), <f32>(scale * (p - (c == label ? 1.0 : 0.0))));
    }
    clear(to, C, cs);
  }
}

export function crossEntropyDense(
  x: i32, targets: i32, loss: i32, correct: i32, dx: i32, n: i32, C: i32, cs: i32, scale: f64,
): void {
  for (let i = 0; i < n; i++) {
    const from = at(x + i * cs);
    const t = at(targets + i * cs);
    const winner = argmax(from, C);
    const max = <f64>load<f32>(from + at(winner));
    const sum = expSum(from, C, max);
    const logSum = log(sum);
    let total: f64 = 0;
    let cross: f64 = 0;
    for (let c = 0; c < C; c++) {
      const target = <f64>load<f32>(t + at(c));
      total += target;
      cross += target * (<f64>load<f32>(from + at(c)) - max - logSum);
    }
    store<f32>(at(loss + i), <f32>-cross);
    store<f32>(at(correct + i), winner == argmax(t, C) ? 1 : 0);
    if (dx < 0) continue;
    const to = at(dx + i * cs);
    for (let c = 0; c < C; c++) {
      const p = exp(<f64>load<f32>(from + at(c)) - max) / sum;
      store<f32>(to + at(c), <f32>(scale * (total * p - <f64>load<f32>(t + at(c)))));
    }
    clear(to, C, cs);
  }
}

export function squaredError(
  x: i32, targets: i32, loss: i32, correct: i32, dx: i32, n: i32, C: i32, cs: i32, scale: f64,
): void {
  for (let i = 0; i < n; i++) {
    const from = at(x + i * cs);
    const t = at(targets + i * cs);
    let sum: f64 = 0;
    for (let c = 0; c < C; c++) {
      const d = <f64>load<f32>(from + at(c)) - <f64>load<f32>(t + at(c));
      sum += d * d;
      if (dx >= 0) store<f32>(at(dx + i * cs + c), <f32>((scale * 2 * d) / <f64>C));
    }
    store<f32>(at(loss + i), <f32>(sum / <f64>C));
    store<f32>(at(correct + i), argmax(from, C) == argmax(t, C) ? 1 : 0);
    if (dx >= 0) clear(at(dx + i * cs), C, cs);
  }
}
