/** The roof of this machine: multiply-accumulates per second of one core with 128-bit SIMD in
 *  WASM, no memory touched. A hand-emitted module: a loop over n independent chains  a ← a·b + c
 *  of four lanes, b and c in registers. */

const f32x4 = (opcode) => [0xfd, ...leb(opcode)];
const MUL = f32x4(0xe6);
const ADD = f32x4(0xe4);
const SPLAT = f32x4(0x13);
const EXTRACT = [...f32x4(0x1f), 0];
const MADD = f32x4(0x105); // relaxed: fused where the CPU has it

/** Chains tried; the most that fit in sixteen registers beside b and c is not always the fastest. */
const CHAINS = [8, 10, 12, 13];
const STEPS = 8; // per iteration of the loop, so that its counter costs nothing

function leb(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)];
}
const section = (id, bytes) => [id, ...leb(bytes.length), ...bytes];
const constant = (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer), ...SPLAT];
const get = (local) => [0x20, local];
const set = (local) => [0x21, local];

/** (iterations: i32) → f32: the sum of the chains' first lanes, so that nothing is optimised
 *  away. */
function moduleBytes(chains, fused) {
  const [b, c] = [1, 2];
  const chain = (k) => 3 + k;
  const all = Array.from({ length: chains }, (_, k) => k);
  const advance = (k) =>
    fused
      ? [...get(chain(k)), ...get(b), ...get(c), ...MADD, ...set(chain(k))]
      : [...get(chain(k)), ...get(b), ...MUL, ...get(c), ...ADD, ...set(chain(k))];
  const body = [
    ...leb(1),
    ...leb(2 + chains),
    0x7b,
    ...constant(0.999),
    ...set(b),
    ...constant(0.001),
    ...set(c),
    ...all.flatMap((k) => [...constant(1 + k), ...set(chain(k))]),
    0x03,
    0x40, // loop
    ...Array.from({ length: STEPS }, () => all.flatMap(advance)).flat(),
    ...get(0),
    0x41,
    1,
    0x6b,
    0x22,
    0,
    0x0d,
    0, // while (--iterations)
    0x0b,
    0x43,
    0,
    0,
    0,
    0,
    ...all.flatMap((k) => [...get(chain(k)), ...EXTRACT, 0x92]),
    0x0b,
  ];
  const code = [...leb(body.length), ...body];
  return Uint8Array.from([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, ...code]),
  ]);
}

function compileLoops(fused) {
  return CHAINS.map((chains) => {
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(chains, fused)))
      .exports;
    return { chains, f };
  });
}

/** Whether this Node compiles relaxed SIMD without a flag. */
const canFuse = WebAssembly.validate(moduleBytes(1, true));
const loops = { exact: compileLoops(false), ...(canFuse ? { fused: compileLoops(true) } : {}) };

const ITERATIONS = 40_000;

/** Multiply-accumulates per second of one core: the best of all chain counts over `repeats`
 *  tries. */
export function measureRoof(arithmetic = "exact", repeats = 3) {
  let best = 0;
  for (let r = 0; r < repeats; r++)
    for (const { chains, f } of loops[arithmetic] ?? []) {
      const start = performance.now();
      f(ITERATIONS);
      const seconds = (performance.now() - start) / 1000;
      best = Math.max(best, (4 * chains * STEPS * ITERATIONS) / seconds);
    }
  return best;
}

// V8's first compilation of a loop is not its best: run it until the optimised code is in place.
for (let k = 0; k < 5; k++) measureRoof("exact", 1);
