/** Attributes that hold text: of a fixed length beside their name, or of any length in the global heap. */

import { size } from "../../tensor/tensor.js";
import { badFile, showText, unsupportedFile } from "../problems.js";
import { MESSAGE, type Message } from "./header.js";
import { type Source, textOf } from "./source.js";
import { dataspace, datatype } from "./types.js";

/** The texts of an attribute, undefined if the object has none of this name. */
export function textsOf(
  s: Source,
  messages: readonly Message[],
  wanted: string,
  object: string,
): readonly Uint8Array[] | undefined {
  const place = `attribute ${showText(wanted)} of ${showText(object)}`;
  for (const message of messages) {
    if (message.type === MESSAGE.attributeInfo) checkDense(s, message.at, place);
    if (message.type !== MESSAGE.attribute || message.isShared) continue;
    const found = attribute(s, message.at);
    if (found.name === wanted) return texts(s, found, place);
  }
  return undefined;
}

function checkDense(s: Source, at: number, place: string): void {
  const heap = at + 2 + (s.u8(at + 1) & 1 ? 2 : 0);
  if (s.address(heap) !== undefined)
    unsupportedFile(
      s.name,
      place,
      "attributes in a fractal heap",
      "attributes in the object's header",
      "write the file with the defaults of h5py",
    );
}

/** Versions 1 to 3: lengths of name, datatype and dataspace, then these (in version 1 each filled up to 8 bytes), then
 *  the value. */
function attribute(s: Source, at: number) {
  const version = s.u8(at);
  const [name, type, space] = [2, 4, 6].map((k) => s.u16(at + k));
  const start = at + (version === 3 ? 9 : 8);
  const filled = (length: number): number => (version === 1 ? (length + 7) & ~7 : length);
  const typeAt = start + filled(name);
  const spaceAt = typeAt + filled(type);
  s.spend(name);
  return {
    name: textOf(s.part(start, name)),
    typeAt,
    spaceAt,
    valueAt: spaceAt + filled(space),
    isElsewhere: version > 1 && (s.u8(at + 1) & 3) !== 0,
  };
}

function texts(s: Source, a: ReturnType<typeof attribute>, place: string): Uint8Array[] {
  if (a.isElsewhere)
    unsupportedFile(
      s.name,
      place,
      "a type that is kept elsewhere in the file",
      "one of its own",
      "write the file with the defaults of h5py",
    );
  const type = datatype(s, a.typeAt);
  const count = size(dataspace(s, a.spaceAt, place));
  if (count === 0) return []; // h5py writes an empty list as numbers
  if (type.kind !== "text" && type.kind !== "heapText")
    return badFile(
      s.name,
      place,
      type.kind === "number" ? type.element : type.title,
      "text",
      "save the model again",
    );
  if (type.size === 0) badFile(s.name, place, "texts of 0 bytes", "texts");
  s.part(a.valueAt, count * type.size);
  return Array.from({ length: count }, (_, i) => {
    s.spend(1);
    const at = a.valueAt + i * type.size;
    return type.kind === "text" ? trimmed(s.part(at, type.size)) : heapText(s, at);
  });
}

/** Without the zeros at the end. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/** Length, address of a collection ("GCOL"), number of the object in it. */
function heapText(s: Source, at: number): Uint8Array {
  const [length, collection, wanted] = [s.u32(at), s.address(at + 4), s.u32(at + 12)];
  if (length === 0 || collection === undefined) return new Uint8Array(0);
  s.expect("GCOL", collection);
  const end = collection + s.u64(collection + 8);
  for (let object = collection + 16; object + 16 <= end; ) {
    s.spend(1);
    const [index, bytes] = [s.u16(object), s.u64(object + 8)];
    if (index === wanted && length <= bytes) return s.part(object + 16, length);
    if (index === 0) break;
    object += 16 + Math.ceil(bytes / 8) * 8;
  }
  return badFile(s.name, `byte ${at}`, `text ${wanted} of a heap without it`, "a text");
}
