/** Which module of a file is which node of a network: by our own names, by those that PyTorch's residual networks
 *  commonly have, or by shape and number. What can be more than one is refused, with a table. */

import { fail } from "../../tensor/errors.js";
import { showShape } from "../../tensor/tensor.js";
import type { Module } from "./modules.js";

/** A node that has parameters. */
export interface Target {
  readonly id: string;
  readonly kind: Module["kind"];
  /** Shape of its weight, or [channels]. */
  readonly shape: readonly number[];
}

/** Names in PyTorch, and the node of this program's residual networks that they mean. */
const CUSTOMARY: readonly (readonly [RegExp, (part: readonly string[]) => string])[] = [
  [/^(?:conv1|stem)$/, () => "stem"],
  [/^(?:bn1|norm1)$/, () => "normStem"],
  [/^layer(\d+)\.(\d+)\.conv1$/, ([s, b]) => `conv${s}_${next(b)}a`],
  [/^layer(\d+)\.(\d+)\.conv2$/, ([s, b]) => `conv${s}_${next(b)}b`],
  [/^layer(\d+)\.(\d+)\.(?:bn|norm)1$/, ([s, b]) => `norm${s}_${next(b)}a`],
  [/^layer(\d+)\.(\d+)\.(?:bn|norm)2$/, ([s, b]) => `norm${s}_${next(b)}b`],
  [/^layer(\d+)\.(\d+)\.(?:downsample|shortcut)\.0$/, ([s, b]) => `shortcut${s}_${next(b)}`],
  [/^layer(\d+)\.(\d+)\.(?:downsample|shortcut)\.1$/, ([s, b]) => `normShortcut${s}_${next(b)}`],
  [/^(?:fc|linear|classifier|head|dense)$/, () => "dense"],
];

/** PyTorch counts blocks from 0. */
const next = (block: string): number => Number(block) + 1;

function customary(name: string): string | undefined {
  for (const [pattern, id] of CUSTOMARY) {
    const parts = pattern.exec(name);
    if (parts) return id(parts.slice(1));
  }
  return undefined;
}

export const shapeOf = ({ kind, arrays }: Module): readonly number[] =>
  kind === "layer" ? (arrays.weight?.shape ?? []) : (Object.values(arrays)[0]?.shape ?? []);

const signature = (kind: string, shape: readonly number[]): string => `${kind} ${shape.join("×")}`;

/** Names that differ in numbers alone have the order of their numbers. */
const template = (name: string): string => name.replace(/\d+/g, "#");

/** The module of every target, by the target's id. Modules come in the natural order of their names. */
export function matched(
  modules: readonly Module[],
  targets: readonly Target[],
  file: string,
  place: string,
): ReadonlyMap<string, Module> {
  const found = new Map<string, Module>();
  const left = new Set(modules);
  const take = (id: string | undefined, module: Module): void => {
    if (id === undefined || found.has(id) || !targets.some((t) => t.id === id)) return;
    found.set(id, module);
    left.delete(module);
  };
  for (const module of modules) take(module.name, module);
  const known = modules.map((module) => customary(module.name));
  // A name that could be customary is taken so only if the network has such nodes at all.
  if (targets.some((t) => t.id === "stem"))
    modules.forEach((module, k) => {
      if (left.has(module)) take(known[k], module);
    });
  const problems: string[] = [];
  const told = new Set<Module>();
  const open = targets.filter((t) => !found.has(t.id));
  for (const key of new Set(open.map((t) => signature(t.kind, t.shape)))) {
    const wanted = open.filter((t) => signature(t.kind, t.shape) === key);
    const given = [...left].filter((m) => signature(m.kind, shapeOf(m)) === key);
    const isOrdered = new Set(given.map((m) => template(m.name))).size === 1;
    if (given.length === wanted.length && (isOrdered || given.length === 1))
      wanted.forEach((t, k) => {
        take(t.id, given[k]);
      });
    else {
      problems.push(...wanted.map((t) => problem(t, given, wanted.length)));
      for (const module of given) told.add(module);
    }
  }
  for (const target of targets) {
    const module = found.get(target.id);
    if (module && (module.kind !== target.kind || shapeOf(module).join() !== target.shape.join()))
      problems.push(
        `  ${target.id} ${showShape(target.shape)}: ${module.name} is ${showShape(shapeOf(module))}`,
      );
  }
  for (const module of left)
    if (!told.has(module))
      problems.push(`  ${module.name} ${showShape(shapeOf(module))}: belongs to no node`);
  if (problems.length > 0) refuse(file, place, problems);
  return found;
}

function problem({ id, shape }: Target, given: readonly Module[], wanted: number): string {
  const names = given.slice(0, 6).map(({ name }) => name);
  const many = given.length > names.length ? ", …" : "";
  const what =
    given.length === 0
      ? "nothing of this shape is left in the file"
      : given.length === wanted
        ? `could be any of ${names.join(", ")}${many}: their names do not tell`
        : `${wanted} such nodes, ${given.length} in the file (${names.join(", ")}${many})`;
  return `  ${id} ${showShape(shape)}: ${what}`;
}

const SHOWN = 40;

function refuse(file: string, place: string, problems: readonly string[]): never {
  const more = problems.length > SHOWN ? [`  … and ${problems.length - SHOWN} more`] : [];
  return fail(
    "unsupported",
    `${file}: got weights that do not fit the network in ${problems.length} places, expected one module for every node (${place}); ` +
      "name the modules as this program's nodes, or export the model to ONNX:\n" +
      [...problems.slice(0, SHOWN), ...more].join("\n"),
  );
}
