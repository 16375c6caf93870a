/** HDF5 files for tests, in the oldest form (superblock 0, symbol tables, headers of version 1) and nothing more. */

import { deflateSync } from "node:zlib";
import { size } from "../../src/tensor/tensor.js";

export interface ArrayToWrite {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
  readonly attributes?: Attributes;
  /** Written as one chunk of this shape, at the origin. */
  readonly chunk?: readonly number[];
  /** Written in place of the data, deflated. */
  readonly deflated?: Uint8Array;
}

export interface GroupToWrite {
  readonly children: Readonly<Record<string, GroupToWrite | ArrayToWrite>>;
  readonly attributes?: Attributes;
}

/** One text, or several. */
export type Attributes = Readonly<Record<string, string | readonly string[]>>;

export const array = (
  shape: readonly number[],
  data: Float32Array | Int32Array,
  attributes: Attributes = {},
): ArrayToWrite => ({ shape, data, attributes });

export const group = (
  children: GroupToWrite["children"],
  attributes: Attributes = {},
): GroupToWrite => ({ children, attributes });

type Message = readonly [type: number, body: Uint8Array];

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const filled = (bytes: Uint8Array, to = 8): Uint8Array => {
  const out = new Uint8Array(Math.ceil(bytes.length / to) * to);
  out.set(bytes);
  return out;
};

/** Little-endian numbers by width, and bytes as they are. */
function pack(
  ...parts: readonly (readonly [1 | 2 | 4 | 8, ...number[]] | Uint8Array)[]
): Uint8Array {
  const bytes: number[] = [];
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      for (const byte of part) bytes.push(byte);
      continue;
    }
    const [width, ...values] = part;
    for (const value of values)
      for (let k = 0; k < width; k++) bytes.push(Number((BigInt(value) >> BigInt(8 * k)) & 255n));
  }
  return Uint8Array.from(bytes);
}

const NOWHERE = new Uint8Array(8).fill(255);
const SYMBOLS = 8;

/** `continued`: every header ends in a continuation that is the header itself. */
export function writeHdf5(
  root: GroupToWrite,
  { continued = false }: { readonly continued?: boolean } = {},
): Uint8Array {
  const parts: Uint8Array[] = [new Uint8Array(96)];
  let end = 96;
  const put = (bytes: Uint8Array): number => {
    const at = end;
    const whole = filled(bytes);
    parts.push(whole);
    end += whole.length;
    return at;
  };

  const header = (messages: readonly Message[]): number => {
    const length = (list: readonly Message[]) =>
      list.reduce((sum, [, body]) => sum + 8 + filled(body).length, 0);
    const own = length(messages) + (continued ? 24 : 0);
    const all: Message[] = continued
      ? [...messages, [16, pack([8, end + 16, own])]]
      : [...messages];
    const body = all.flatMap(([type, bytes]) => {
      const whole = filled(bytes);
      return [pack([2, type, whole.length], [4, 0], whole)];
    });
    return put(pack([1, 1, 0], [2, all.length], [4, 1, own, 0], ...body));
  };

  const attribute = ([name, value]: readonly [string, string | readonly string[]]): Message => {
    const list = typeof value === "string" ? [value] : value;
    const longest = Math.max(1, ...list.map((text) => utf8(text).length));
    const title = utf8(`${name}\0`);
    const type = pack([1, 0x13, 0, 0, 0], [4, longest]);
    const space =
      typeof value === "string"
        ? pack([1, 1, 0, 0, 0], [4, 0])
        : pack([1, 1, 1, 0, 0], [4, 0], [8, list.length]);
    const texts = list.map((text) => {
      const bytes = new Uint8Array(longest);
      bytes.set(utf8(text));
      return bytes;
    });
    const sizes = [title.length, type.length, space.length] as const;
    const heads = [title, type, space].map((part) => filled(part));
    return [12, pack([1, 1, 0], [2, ...sizes], ...heads, ...texts)];
  };

  const attributes = (given: Attributes = {}): Message[] => Object.entries(given).map(attribute);

  const arrayAt = (a: ArrayToWrite): number => {
    const raw = new Uint8Array(a.data.buffer, a.data.byteOffset, a.data.byteLength);
    const stored = a.deflated ? deflateSync(a.deflated) : raw;
    const at = put(stored);
    const rank = a.shape.length;
    const isFloat = a.data instanceof Float32Array;
    const type = isFloat
      ? pack([1, 0x11, 0x20, 31, 0], [4, 4], [2, 0, 32], [1, 23, 8, 0, 23], [4, 127])
      : pack([1, 0x10, 8, 0, 0], [4, 4], [2, 0, 32]);
    let layout = pack([1, 3, 1], [8, at, Math.min(raw.length, 4 * size(a.shape))]);
    if (a.chunk) {
      const key = pack([4, stored.length, 0], [8, ...a.shape.map(() => 0), 0]);
      const tree = put(pack(utf8("TREE"), [1, 1, 0], [2, 1], NOWHERE, NOWHERE, key, [8, at], key));
      layout = pack([1, 3, 2, rank + 1], [8, tree], [4, ...a.chunk, 4]);
    }
    return header([
      [1, pack([1, 1, rank, 0, 0], [4, 0], [8, ...a.shape])],
      [3, type],
      [8, layout],
      ...(a.deflated ? [[11, pack([1, 1, 1], [2, 0], [4, 0], [2, 1, 0, 0, 0])] as const] : []),
      ...attributes(a.attributes),
    ]);
  };

  const groupAt = (g: GroupToWrite): number => {
    const children = Object.entries(g.children)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, child]) => ({
        name,
        at: "children" in child ? groupAt(child) : arrayAt(child),
      }));
    const names: Uint8Array[] = [new Uint8Array(8)];
    let next = 8;
    const entries = children.map(({ name, at }) => {
      const bytes = filled(utf8(`${name}\0`));
      names.push(bytes);
      next += bytes.length;
      return pack([8, next - bytes.length, at], [4, 0, 0], new Uint8Array(16));
    });
    const segment = put(pack(...names));
    const heap = put(pack(utf8("HEAP"), [4, 0], [8, next], NOWHERE, [8, segment]));
    const nodes: number[] = [];
    for (let k = 0; k < entries.length; k += SYMBOLS) {
      const own = entries.slice(k, k + SYMBOLS);
      nodes.push(put(pack(utf8("SNOD"), [1, 1, 0], [2, own.length], ...own)));
    }
    const pairs = nodes.map((node) => pack([8, 0, node]));
    const tree = put(
      pack(utf8("TREE"), [1, 0, 0], [2, nodes.length], NOWHERE, NOWHERE, ...pairs, [8, 0]),
    );
    return header([[17, pack([8, tree, heap])], ...attributes(g.attributes)]);
  };

  const address = groupAt(root);
  const signature = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
  const sizes = [1, 0, 0, 0, 0, 0, 8, 8, 0] as const;
  parts[0] = filled(
    pack(
      signature,
      sizes,
      [2, 4, 16],
      [4, 0],
      [8, 0],
      NOWHERE,
      [8, end],
      NOWHERE,
      [8, 0, address],
      [4, 0, 0],
      new Uint8Array(16),
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}
