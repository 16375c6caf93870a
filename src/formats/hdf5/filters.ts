/** What is done to chunks before they are stored: deflate, shuffle, Fletcher's checksum. */

import { unzlib } from "../inflate.js";
import { badFile, showBytes, showHex, unsupportedFile, viewOf } from "../problems.js";
import { MESSAGE, type Message } from "./header.js";
import type { Source } from "./source.js";

const FILTERS = { 1: "deflate", 2: "shuffle", 3: "fletcher32" } as const;

export type Filter = (typeof FILTERS)[keyof typeof FILTERS];

const isFilter = (id: number): id is keyof typeof FILTERS => id in FILTERS;

/** Filters in the order in which they were applied. */
export function filtersOf(s: Source, messages: readonly Message[], place: string): Filter[] {
  const message = messages.find(({ type }) => type === MESSAGE.filters);
  if (!message) return [];
  const [version, count] = [s.u8(message.at), s.u8(message.at + 1)];
  let at = message.at + (version === 1 ? 8 : 2);
  return Array.from({ length: count }, () => {
    const id = s.u16(at);
    const isNamed = version === 1 || id >= 256;
    const named = isNamed ? s.u16(at + 2) : 0;
    const values = s.u16(at + (isNamed ? 6 : 4));
    at += isNamed ? 8 : 6;
    at +=
      version === 1 ? Math.ceil(named / 8) * 8 + 4 * (values + (values % 2)) : named + 4 * values;
    return isFilter(id)
      ? FILTERS[id]
      : unsupportedFile(
          s.name,
          place,
          `compression by filter ${id}`,
          Object.values(FILTERS).join(", "),
          "write the file with the defaults of h5py",
        );
  });
}

/** The bytes of a chunk with its filters undone, last one first. Bit i of `mask`: filter i was left out. */
export function unfiltered(
  stored: Uint8Array,
  filters: readonly Filter[],
  {
    s,
    place,
    mask,
    bytes,
    element,
  }: {
    readonly s: Source;
    readonly place: string;
    readonly mask: number;
    readonly bytes: number;
    readonly element: number;
  },
): Uint8Array {
  const active = filters.filter((_, i) => (mask & (1 << i)) === 0);
  // Fletcher's checksum adds 4 bytes to what the filters before it get.
  const sizeBefore = (k: number): number =>
    bytes + 4 * active.slice(0, k).filter((filter) => filter === "fletcher32").length;
  let data = stored;
  for (let k = active.length - 1; k >= 0; k--) {
    const filter = active[k];
    if (filter === "deflate") data = unzlib(data, sizeBefore(k), s.name, place);
    if (filter === "shuffle") data = unshuffled(data, element);
    if (filter === "fletcher32") data = checked(data, s.name, place);
  }
  if (data.length !== bytes)
    badFile(s.name, place, `a chunk of ${showBytes(data.length)}`, showBytes(bytes));
  return data;
}

/** All first bytes, all second bytes, … back to elements. */
function unshuffled(data: Uint8Array, element: number): Uint8Array {
  const count = Math.floor(data.length / element);
  const out = data.slice();
  for (let b = 0, from = 0; b < element; b++)
    for (let i = 0; i < count; i++) out[i * element + b] = data[from++];
  return out;
}

/** Without the checksum at its end: sums, modulo 65535, of 16-bit words (high byte first), and of these sums. */
function checked(data: Uint8Array, name: string, place: string): Uint8Array {
  const content = data.subarray(0, Math.max(0, data.length - 4));
  let [sum, sums] = [0, 0];
  for (let i = 0; i < content.length; i += 2) {
    sum = (sum + content[i] * 256 + (content[i + 1] ?? 0)) % 65535;
    sums = (sums + sum) % 65535;
  }
  const stored = data.length < 4 ? 0 : viewOf(data).getUint32(data.length - 4, true);
  const same = (a: number, b: number): boolean => a % 65535 === b % 65535; // 0 and 65535 are one
  if (!same(sums, stored >>> 16) || !same(sum, stored & 65535))
    badFile(name, place, "a chunk with another checksum", showHex(sums * 65536 + sum));
  return content;
}
