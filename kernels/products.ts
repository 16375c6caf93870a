/** Products of matrices with a register tile of 4 rows × 8 columns. All lengths but counts in bytes. */

import { mulAdd } from "./arithmetic";

/** M[row][o] = Σ_{i<I} V[row][i]·U[i][o]; rows are counted up to the next multiple of 4. */
export function multiply(V: usize, vs: usize, U: usize, M: usize, os: usize, I: i32, rows: i32): void {
  products(V, vs, U, M, os, I, rows, false);
}

/** The same, added to what M holds. */
export function addProducts(V: usize, vs: usize, U: usize, M: usize, os: usize, I: i32, rows: i32): void {
  products(V, vs, U, M, os, I, rows, true);
}

// @ts-ignore: decorator
@inline
function products(
  V: usize, vs: usize, U: usize, M: usize, os: usize, I: i32, rows: i32, adds: bool,
): void {
  for (let row = 0; row < rows; row += 4) {
    let o: usize = 0;
    for (; o + 32 <= os; o += 32) rows4x2(V, vs, U + o, M + o, os, I, adds);
    if (o < os) rows4x1(V, vs, U + o, M + o, os, I, adds);
    V += 4 * vs;
    M += 4 * os;
  }
}

// @ts-ignore: decorator
@inline
function rows4x2(a: usize, vs: usize, U: usize, M: usize, os: usize, I: i32, adds: bool): void {
  const M1 = M + os;
  const M2 = M1 + os;
  const M3 = M2 + os;
  let c00 = adds ? v128.load(M) : f32x4.splat(0);
  let c01 = adds ? v128.load(M, 16) : f32x4.splat(0);
  let c10 = adds ? v128.load(M1) : f32x4.splat(0);
  let c11 = adds ? v128.load(M1, 16) : f32x4.splat(0);
  let c20 = adds ? v128.load(M2) : f32x4.splat(0);
  let c21 = adds ? v128.load(M2, 16) : f32x4.splat(0);
  let c30 = adds ? v128.load(M3) : f32x4.splat(0);
  let c31 = adds ? v128.load(M3, 16) : f32x4.splat(0);
  let b = a + vs;
  let c = b + vs;
  let d = c + vs;
  const end = U + <usize>I * os;
  do {
    const u0 = v128.load(U);
    const u1 = v128.load(U, 16);
    let s = v128.load32_splat(a);
    c00 = mulAdd(s, u0, c00);
    c01 = mulAdd(s, u1, c01);
    s = v128.load32_splat(b);
    c10 = mulAdd(s, u0, c10);
    c11 = mulAdd(s, u1, c11);
    s = v128.load32_splat(c);
    c20 = mulAdd(s, u0, c20);
    c21 = mulAdd(s, u1, c21);
    s = v128.load32_splat(d);
    c30 = mulAdd(s, u0, c30);
    c31 = mulAdd(s, u1, c31);
    a += 4;
    b += 4;
    c += 4;
    d += 4;
    U += os;
  } while (U != end);
  v128.store(M, c00);
  v128.store(M, c01, 16);
  v128.store(M1, c10);
  v128.store(M1, c11, 16);
  v128.store(M2, c20);
  v128.store(M2, c21, 16);
  v128.store(M3, c30);
  v128.store(M3, c31, 16);
}

// @ts-ignore: decorator
@inline
function rows4x1(a: usize, vs: usize, U: usize, M: usize, os: usize, I: i32, adds: bool): void {
  const M1 = M + os;
  const M2 = M1 + os;
  const M3 = M2 + os;
  let c0 = adds ? v128.load(M) : f32x4.splat(0);
  let c1 = adds ? v128.load(M1) : f32x4.splat(0);
  let c2 = adds ? v128.load(M2) : f32x4.splat(0);
  let c3 = adds ? v128.load(M3) : f32x4.splat(0);
  let b = a + vs;
  let c = b + vs;
  let d = c + vs;
  const end = U + <usize>I * os;
  do {
    const u = v128.load(U);
    c0 = mulAdd(v128.load32_splat(a), u, c0);
    c1 = mulAdd(v128.load32_splat(b), u, c1);
    c2 = mulAdd(v128.load32_splat(c), u, c2);
    c3 = mulAdd(v128.load32_splat(d), u, c3);
    a += 4;
    b += 4;
    c += 4;
    d += 4;
    U += os;
  } while (U != end);
  v128.store(M, c0);
  v128.store(M1, c1);
  v128.store(M2, c2);
  v128.store(M3, c3);
}

/** U[i][o] += Σ_{row<rows} V[row][i]·M[row][o] for i < I, row by row: where the rows are divided makes no difference. */
export function multiplyTransposed(
  V: usize, vs: usize, M: usize, U: usize, os: usize, I: i32, rows: i32,
): void {
  let i = 0;
  for (; i + 4 <= I; i += 4) {
    let o: usize = 0;
    for (; o + 32 <= os; o += 32) columns4x2(V, vs, M + o, U + o, os, rows);
    if (o < os) columns4x1(V, vs, M + o, U + o, os, rows);
    V += 16;
    U += 4 * os;
  }
  for (; i < I; i++) {
    for (let o: usize = 0; o < os; o += 16) column(V, vs, M + o, U + o, os, rows);
    V += 4;
    U += os;
  }
}

// @ts-ignore: decorator
@inline
function columns4x2(a: usize, vs: usize, M: usize, U: usize, os: usize, rows: i32): void {
  const U1 = U + os;
  const U2 = U1 + os;
  const U3 = U2 + os;
  let c00 = v128.load(U);
  let c01 = v128.load(U, 16);
  let c10 = v128.load(U1);
  let c11 = v128.load(U1, 16);
  let c20 = v128.load(U2);
  let c21 = v128.load(U2, 16);
  let c30 = v128.load(U3);
  let c31 = v128.load(U3, 16);
  let b = a + 4;
  let c = a + 8;
  let d = a + 12;
  do {
    const g0 = v128.load(M);
    const g1 = v128.load(M, 16);
    let s = v128.load32_splat(a);
    c00 = mulAdd(s, g0, c00);
    c01 = mulAdd(s, g1, c01);
    s = v128.load32_splat(b);
    c10 = mulAdd(s, g0, c10);
    c11 = mulAdd(s, g1, c11);
    s = v128.load32_splat(c);
    c20 = mulAdd(s, g0, c20);
    c21 = mulAdd(s, g1, c21);
    s = v128.load32_splat(d);
    c30 = mulAdd(s, g0, c30);
    c31 = mulAdd(s, g1, c31);
    a += vs;
    b += vs;
    c += vs;
    d += vs;
    M += os;
  } while (--rows);
  v128.store(U, c00);
  v128.store(U, c01, 16);
  v128.store(U1, c10);
  v128.store(U1, c11, 16);
  v128.store(U2, c20);
  v128.store(U2, c21, 16);
  v128.store(U3, c30);
  v128.store(U3, c31, 16);
}

// @ts-ignore: decorator
@inline
function columns4x1(a: usize, vs: usize, M: usize, U: usize, os: usize, rows: i32): void {
  const U1 = U + os;
  const U2 = U1 + os;
  const U3 = U2 + os;
  let c0 = v128.load(U);
  let c1 = v128.load(U1);
  let c2 = v128.load(U2);
  let c3 = v128.load(U3);
  do {
    const g = v128.load(M);
    c0 = mulAdd(v128.load32_splat(a), g, c0);
    c1 = mulAdd(v128.load32_splat(a, 4), g, c1);
    c2 = mulAdd(v128.load32_splat(a, 8), g, c2);
    c3 = mulAdd(v128.load32_splat(a, 12), g, c3);
    a += vs;
    M += os;
  } while (--rows);
  v128.store(U, c0);
  v128.store(U1, c1);
  v128.store(U2, c2);
  v128.store(U3, c3);
}

// @ts-ignore: decorator
@inline
function column(a: usize, vs: usize, M: usize, U: usize, os: usize, rows: i32): void {
  let sum = v128.load(U);
  do {
    sum = mulAdd(v128.load32_splat(a), v128.load(M), sum);
    a += vs;
    M += os;
  } while (--rows);
  v128.store(U, sum);
}
