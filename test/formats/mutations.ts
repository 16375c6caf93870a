/** Random damage for files too large to damage byte by byte. */

import fc from "fast-check";

/** One way to damage a file of any length. Places are fractions of the length. */
type Mutation = (bytes: Uint8Array) => Uint8Array;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (bytes: Uint8Array, where: number): number => Math.floor(where * bytes.length);

/** A few bits flipped anywhere. */
const flips = fc.array(fc.tuple(place, fc.nat(7)), { minLength: 1, maxLength: 20 }).map(
  (list): Mutation =>
    (bytes) => {
      const out = bytes.slice();
      for (const [where, bit] of list) out[at(out, where)] ^= 1 << bit;
      return out;
    },
);

/** The same near the beginning, where headers are. */
const early = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 4 }).map(
  (list): Mutation =>
    (bytes) => {
      const out = bytes.slice();
      for (const [where, value] of list) if (where < out.length) out[where] = value;
      return out;
    },
);

/** A number of 32 bits, such as readers take for lengths, written over something. */
const numbers = fc
  .tuple(
    fc.oneof(
      place,
      fc.nat(150).map((n) => n / 1e6),
    ),
    fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x01000000, 0x00ffffff),
    fc.boolean(),
  )
  .map(
    ([where, value, little]): Mutation =>
      (bytes) => {
        const out = bytes.slice();
        const index = Math.min(at(out, where), out.length - 4);
        if (index >= 0) new DataView(out.buffer).setUint32(index, value, little);
        return out;
      },
  );

/** The end missing, a part missing, a part twice, a part elsewhere, a part of noise. */
const parts = fc.tuple(fc.nat(4), place, place, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
  ([kind, one, two, noise]): Mutation =>
    (bytes) => {
      const [a, b] = [at(bytes, one), at(bytes, two)].sort((x, y) => x - y);
      const [head, middle, tail] = [bytes.slice(0, a), bytes.slice(a, b), bytes.slice(b)];
      const orders = [[head], [head, tail], [head, middle, middle, tail], [head, tail, middle]];
      return new Uint8Array(Buffer.concat(orders[kind] ?? [head, noise, tail]));
    },
);

/** One to three mutations, one after the other. */
export const damage: fc.Arbitrary<Mutation> = fc
  .array(fc.oneof(flips, early, numbers, parts), { minLength: 1, maxLength: 3 })
  .map((list) => (bytes) => list.reduce((sofar, mutate) => mutate(sofar), bytes));
