/** What a group holds: names and addresses, from the older symbol tables (a B-tree of nodes, names in a local heap) or
 *  the newer link messages. Links to other names or files lead nowhere here. */

import { badFile, showText, unsupportedFile } from "../problems.js";
import { MESSAGE, type Message } from "./header.js";
import { type Source, textOf } from "./source.js";
import { treeLeaves } from "./tree.js";

/** Addresses of objects by name. */
export type Links = ReadonlyMap<string, number>;

export function linksOf(s: Source, messages: readonly Message[], place: string): Links {
  const links = new Map<string, number>();
  const put = (name: string, address: number): void => {
    s.spend(1);
    if (links.has(name)) badFile(s.name, place, `${showText(name)} twice`, "each name once");
    links.set(name, address);
  };
  for (const { type, at, size } of messages) {
    if (type === MESSAGE.symbolTable) symbols(s, s.u64(at), s.u64(at + 8), put);
    if (type === MESSAGE.link) link(s, at, size, put);
    if (type === MESSAGE.linkInfo && s.address(at + 2 + (s.u8(at + 1) & 1 ? 8 : 0)) !== undefined)
      unsupportedFile(
        s.name,
        place,
        "a group that is indexed by a fractal heap",
        "a symbol table or links in its header",
        "write the file with the defaults of h5py",
      );
  }
  return links;
}

type Put = (name: string, address: number) => void;

/** Symbols: 40 bytes each with the place of the name in the heap, the address, and 2 for a link to another name. */
function symbols(s: Source, tree: number, heap: number, put: Put): void {
  s.expect("HEAP", heap);
  const names = s.part(s.u64(heap + 24), s.u64(heap + 8));
  for (const { child } of treeLeaves(s, tree, { type: 0, keySize: 8 })) {
    s.expect("SNOD", child);
    const count = s.u16(child + 6);
    for (let i = 0; i < count; i++) {
      const at = child + 8 + 40 * i;
      const from = s.u64(at);
      const end = names.indexOf(0, from);
      if (end < 0) badFile(s.name, `byte ${at}`, "a name outside of its heap", "a name");
      s.spend(end - from);
      if (s.u32(at + 16) !== 2) put(textOf(names.subarray(from, end)), s.u64(at + 8));
    }
  }
}

function link(s: Source, at: number, size: number, put: Put): void {
  const flags = s.u8(at + 1);
  let next = at + 2;
  const isHard = (flags & 8) === 0 || s.u8(next) === 0;
  next += (flags & 8 ? 1 : 0) + (flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0);
  const length = [s.u8, s.u16, s.u32, s.u64][flags & 3](next);
  next += 2 ** (flags & 3);
  if (next + length > at + size)
    badFile(s.name, `byte ${at}`, `a name of ${length} bytes`, "one that fits its message");
  if (isHard) put(textOf(s.part(next, length)), s.u64(next + length));
}
