/** HDF5: the part that h5py writes by default and Keras uses, read as hostile input.
 *  - superblock (89 "HDF" 0d 0a 1a 0a) of versions 0 to 3 with the root group's address
 *  - groups as symbol tables or link messages, arrays in one piece or in chunks (deflate, shuffle, fletcher32),
 *    attributes of text
 *  Nothing is read before it is asked for, no part of the file twice. Refused by name: fractal heaps, newer chunk
 *  indices, types kept elsewhere.
 *
 *  Why not a library: libhdf5 as WASM weighs 15 MB; jsfive (3 MB with its inflate) does not bound what a chunk inflates
 *  to nor how often a tree's node is visited, checks few signatures, and takes arrays that were never written for
 *  arrays of nothing. */

import type { NumberArray } from "../numbers.js";
import { badFile, showText, unsupportedFile } from "../problems.js";
import { numbersOf, shapeOf } from "./array.js";
import { textsOf } from "./attributes.js";
import { MESSAGE, objectMessages } from "./header.js";
import { linksOf } from "./links.js";
import { type Source, source } from "./source.js";

/** A group or an array. */
export interface Hdf5Object {
  /** "/model_weights/conv2d". */
  readonly path: string;
  readonly isArray: boolean;
  /** Names of what a group holds. */
  readonly keys: readonly string[];
  /** The object of this name, or of a path of names, below this group. */
  get(path: string): Hdf5Object | undefined;
  /** Texts of an attribute as bytes; undefined if there is none of this name. */
  texts(attribute: string): readonly Uint8Array[] | undefined;
  /** Of an array. */
  readonly shape: readonly number[];
  /** The elements of an array, row-major. */
  read(): NumberArray;
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export const looksLikeHdf5 = (bytes: Uint8Array): boolean =>
  SIGNATURE.every((byte, i) => bytes[i] === byte);

/** The root group of a file. `name` is for messages. */
export function readHdf5(bytes: Uint8Array, name: string): Hdf5Object {
  if (!looksLikeHdf5(bytes))
    badFile(name, "byte 0", "another format", 'an HDF5 file (89 "HDF")', "give an HDF5 file");
  const s = source(bytes, name);
  const version = s.u8(8);
  const isOld = version === 0 || version === 1;
  if (version > 3)
    unsupportedFile(
      name,
      "byte 8",
      `a superblock of version ${version}`,
      "0 to 3",
      "write the file with the defaults of h5py",
    );
  const sizes = isOld ? 13 : 9;
  if (s.u8(sizes) !== 8 || s.u8(sizes + 1) !== 8)
    unsupportedFile(
      name,
      `byte ${sizes}`,
      `addresses of ${s.u8(sizes)} and lengths of ${s.u8(sizes + 1)} bytes`,
      "8 bytes",
      "write the file with the defaults of h5py",
    );
  const base = isOld ? 24 + 4 * version : 12;
  const end = s.u64(base + 16);
  if (s.u64(base) !== 0) badFile(name, `byte ${base}`, "an address to count from", "0");
  if (end > bytes.length)
    badFile(name, `byte ${base + 16}`, `a file of ${bytes.length} bytes`, `${end} bytes`);
  return object(s, s.u64(isOld ? base + 40 : base + 24), "/", new Map());
}

function object(
  s: Source,
  address: number,
  path: string,
  known: Map<number, ReturnType<typeof parts>>,
): Hdf5Object {
  const found = known.get(address) ?? parts(s, address, path);
  known.set(address, found);
  const { messages, links } = found;
  const place = `object ${showText(path)}`;
  const self: Hdf5Object = {
    path,
    isArray: messages.some(({ type }) => type === MESSAGE.layout),
    keys: [...links.keys()],
    get(inner) {
      const [first, ...rest] = inner.split("/").filter((part) => part !== "");
      if (first === undefined) return self;
      const target = links.get(first);
      if (target === undefined) return undefined;
      const child = object(s, target, `${path === "/" ? "" : path}/${first}`, known);
      return child.get(rest.join("/"));
    },
    texts: (attribute) => textsOf(s, messages, attribute, path),
    get shape() {
      return shapeOf(s, messages, place);
    },
    read: () => numbersOf(s, messages, place),
  };
  return self;
}

function parts(s: Source, address: number, path: string) {
  const messages = objectMessages(s, address);
  return { messages, links: linksOf(s, messages, `group ${showText(path)}`) };
}
