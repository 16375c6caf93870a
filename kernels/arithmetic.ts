/** The two arithmetics the kernels are compiled for. `exact`: every product is rounded, then every sum, on any machine.
 *  `fused` (compiled with --enable relaxed-simd): rounded once where the processor has fused multiply-add. */

/** a·b + c, lane by lane. */
// @ts-ignore: decorator
@inline
export function mulAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}
