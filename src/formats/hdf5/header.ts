/** Object headers: the messages that say what an object is. Version 1, and version 2 ("OHDR"), with their
 *  continuations, each block of which is visited once. */

import { badFile, unsupportedFile } from "../problems.js";
import type { Source } from "./source.js";

/** Kinds of messages that are read. */
export const MESSAGE = {
  dataspace: 1,
  linkInfo: 2,
  datatype: 3,
  link: 6,
  layout: 8,
  filters: 11,
  attribute: 12,
  continuation: 16,
  symbolTable: 17,
  attributeInfo: 21,
} as const;

export interface Message {
  readonly type: number;
  readonly at: number;
  readonly size: number;
  /** It is kept elsewhere in the file; only a pointer stands here. */
  readonly isShared: boolean;
}

interface Block {
  readonly at: number;
  readonly end: number;
}

/** The way a version writes the head of a message. */
interface Format {
  readonly headSize: number;
  head(at: number): Omit<Message, "at">;
  /** Where the messages of a continuation are. */
  continued(at: number, length: number): Block;
}

export function objectMessages(s: Source, at: number): readonly Message[] {
  const { format, first } = s.u8(at) === 1 ? versionOne(s, at) : versionTwo(s, at);
  const messages: Message[] = [];
  const seen = new Set<number>();
  const blocks = [first];
  for (const { at: start, end } of blocks) {
    if (seen.has(start)) continue;
    seen.add(start);
    let next = start;
    while (next + format.headSize <= end) {
      s.spend(1);
      const head = format.head(next);
      const body = next + format.headSize;
      next = body + head.size;
      if (next > end)
        badFile(s.name, `byte ${body}`, `a message to byte ${next}`, `its end by ${end}`);
      if (head.type === MESSAGE.continuation)
        blocks.push(format.continued(s.u64(body), s.u64(body + 8)));
      else messages.push({ ...head, at: body });
    }
  }
  return messages;
}

/** 16 bytes (version, messages, references, length), then messages. */
function versionOne(s: Source, at: number): { format: Format; first: Block } {
  const block = (start: number, length: number): Block => {
    s.part(start, length);
    return { at: start, end: start + length };
  };
  return {
    first: block(at + 16, s.u32(at + 8)),
    format: {
      headSize: 8,
      head: (k) => ({ type: s.u16(k), size: s.u16(k + 2), isShared: (s.u8(k + 4) & 2) !== 0 }),
      continued: block,
    },
  };
}

/** "OHDR", version, flags, fields that the flags name, length, then messages and a checksum. */
function versionTwo(s: Source, at: number): { format: Format; first: Block } {
  s.expect("OHDR", at);
  if (s.u8(at + 4) !== 2)
    unsupportedFile(
      s.name,
      `byte ${at + 4}`,
      `an object header of version ${s.u8(at + 4)}`,
      "version 1 or 2",
      "write the file with the defaults of h5py",
    );
  const flags = s.u8(at + 5);
  const sized = at + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const width = 2 ** (flags & 3);
  const length = [s.u8, s.u16, s.u32, s.u64][flags & 3](sized);
  const ordered = flags & 4 ? 2 : 0;
  s.part(sized + width, length + 4);
  return {
    first: { at: sized + width, end: sized + width + length },
    format: {
      headSize: 4 + ordered,
      head: (k) => ({ type: s.u8(k), size: s.u16(k + 1), isShared: (s.u8(k + 3) & 2) !== 0 }),
      continued(start, size) {
        s.expect("OCHK", start);
        s.part(start, size);
        return { at: start + 4, end: start + size - 4 };
      },
    },
  };
}

/** The first message of a type that an object must have. */
export function messageOf(
  s: Source,
  messages: readonly Message[],
  type: keyof typeof MESSAGE,
  place: string,
): Message {
  const found =
    messages.find((message) => message.type === MESSAGE[type]) ??
    badFile(s.name, place, `no ${type} message`, "one");
  if (found.isShared)
    unsupportedFile(
      s.name,
      place,
      `a ${type} that is kept elsewhere in the file`,
      "one of its own",
      "write the file with the defaults of h5py",
    );
  return found;
}
