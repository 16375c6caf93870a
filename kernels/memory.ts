/** Addresses: arguments count elements (4 bytes each), pointers count bytes. */

// @ts-ignore: decorator
@inline
export function at(element: i32): usize {
  return (<usize>element) << 2;
}

/** max(v, 0), NaN kept. */
// @ts-ignore: decorator
@inline
export function positive(v: v128): v128 {
  return f32x4.pmax(v, f32x4.splat(0));
}
