/** Version 1 B-trees: "TREE", the kind of node, its level, the number of children; then key, child, key, child, … */

import { badFile } from "../problems.js";
import type { Source } from "./source.js";

export interface Leaf {
  /** Where the key before the child is. */
  readonly key: number;
  /** Address of what the tree leads to. */
  readonly child: number;
}

/** What the lowest level points at, from left to right. Every node is visited once: the tree cannot be a ring. */
export function treeLeaves(
  s: Source,
  root: number,
  { type, keySize }: { readonly type: 0 | 1; readonly keySize: number },
): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const seen = new Set<number>();
  const open: { readonly at: number; readonly level?: number }[] = [{ at: root }];
  for (let node = open.pop(); node; node = open.pop()) {
    const { at } = node;
    s.expect("TREE", at);
    if (seen.has(at)) badFile(s.name, `byte ${at}`, "a node of two parents", "a tree");
    seen.add(at);
    const level = s.u8(at + 5);
    if (s.u8(at + 4) !== type || (node.level !== undefined && level !== node.level))
      badFile(
        s.name,
        `byte ${at + 4}`,
        `a node of kind ${s.u8(at + 4)}, level ${level}`,
        `kind ${type}${node.level === undefined ? "" : `, level ${node.level}`}`,
      );
    const count = s.u16(at + 6);
    s.spend(count + 1);
    const children = Array.from({ length: count }, (_, i): Leaf => {
      const key = at + 24 + i * (keySize + 8);
      return { key, child: s.u64(key + keySize) };
    });
    if (level === 0) leaves.push(...children);
    else for (const { child } of children.reverse()) open.push({ at: child, level: level - 1 });
  }
  return leaves;
}
