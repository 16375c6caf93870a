/** Where a layer's weights are in a file: by their names in older files and in TensorFlow.js', by their order in Keras 3's. */

import type { Hdf5Object } from "../hdf5/index.js";
import type { NumberArray } from "../numbers.js";
import { badFile, showText } from "../problems.js";
import { refuse } from "../translation/obstacles.js";
import type { Weights } from "../translation/weights.js";
import type { LayerWeights } from "./layer-view.js";

/** Which layer: its name after those of the models around it, and its place in a Keras 3 file. */
export interface LayerPlace {
  readonly path: readonly string[];
  /** ["functional", "conv2d_1"]: names by class and number, as files of Keras 3 have them. */
  readonly slots: readonly string[];
}

/** An array of a layer. */
export interface StoredWeight {
  /** Keras' name for it, "kernel"; undefined where only the order says what it is. */
  readonly role?: string;
  /** The file's name, for messages. */
  readonly name: string;
  readonly shape: readonly number[];
  read(): NumberArray;
}

export type WeightSource = (layer: LayerPlace) => readonly StoredWeight[];

const AGAIN = "save the whole model again";

/** The arrays that a handler asks for, from those of the layer. */
export function layerWeights(stored: readonly StoredWeight[]): LayerWeights {
  return (names, optional = []) => {
    const found = stored.every(({ role }) => role !== undefined)
      ? byRole(stored, names, optional)
      : byOrder(stored, names, optional);
    return Object.fromEntries(Object.entries(found).map(([key, weight]) => [key, floats(weight)]));
  };
}

type Found = Readonly<Record<string, StoredWeight>>;

const listed = (names: readonly string[]): string => names.join(", ") || "none";

function byRole(
  stored: readonly StoredWeight[],
  names: readonly string[],
  optional: readonly string[],
): Found {
  const roles = stored.map(({ role = "" }) => role);
  const known = [...names, ...optional];
  if (names.some((name) => !roles.includes(name)) || roles.some((role) => !known.includes(role)))
    refuse(`has the weights ${listed(roles)}, expected ${listed(names)}`, AGAIN);
  return Object.fromEntries(stored.map((weight) => [weight.role, weight]));
}

function byOrder(
  stored: readonly StoredWeight[],
  names: readonly string[],
  optional: readonly string[],
): Found {
  const known = [...names, ...optional];
  if (stored.length !== names.length && stored.length !== known.length)
    refuse(`has ${stored.length} weights, expected ${names.length} (${listed(names)})`, AGAIN);
  return Object.fromEntries(stored.map((weight, k) => [known[k], weight]));
}

/** Whole numbers are no weights: they are quantised, or another program's way to store short floats. */
function floats({ name, shape, read }: StoredWeight): Weights {
  const data = read();
  if (data instanceof Float32Array || data instanceof Float64Array) return { name, shape, data };
  return shape.length === 0
    ? { name, shape, data: Float64Array.from(data, Number) }
    : refuse(`has whole numbers as weights (${showText(name)})`, "save the model in float32");
}

/** "conv2d_1/kernel:0" → ["conv2d_1", "kernel"]; what TensorFlow appends to be unique is left out of the role. */
export function ownerAndRole(name: string): readonly [string, string] {
  const bare = name.replace(/:\d+$/, "");
  const cut = bare.lastIndexOf("/");
  return [cut < 0 ? "" : bare.slice(0, cut), bare.slice(cut + 1).replace(/_\d+$/, "")];
}

/** An array in a list of those of many layers. */
export type OwnedWeight = StoredWeight & { readonly owner: string };

/** The arrays of a layer in such a list, told by as much of the layer's path as the names hold. */
export function byOwner(
  all: readonly OwnedWeight[],
): (path: readonly string[]) => readonly OwnedWeight[] {
  const last = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
  const lists = new Map<string, OwnedWeight[]>();
  for (const weight of all) {
    const key = last(weight.owner);
    const list = lists.get(key) ?? [];
    if (list.length === 0) lists.set(key, list);
    list.push(weight);
  }
  const isOwn = (owner: string, layer: string): boolean =>
    owner === layer || owner.endsWith(`/${layer}`);
  return (path) => {
    const name = path.at(-1) ?? "";
    const near = lists.get(last(name)) ?? [];
    const whole = near.filter(({ owner }) => isOwn(owner, path.join("/")));
    return whole.length > 0 ? whole : near.filter(({ owner }) => isOwn(owner, name));
  };
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A list of texts, which h5py's users cut in parts when it is long: name, or name0, name1, … */
function textList(object: Hdf5Object, name: string): string[] {
  const whole = object.texts(name);
  if (whole) return whole.map(decode);
  const parts: string[] = [];
  for (let k = 0; ; k++) {
    const part = object.texts(`${name}${k}`);
    if (!part) return parts;
    parts.push(...part.map(decode));
  }
}

/** Weights of an older file: a group per layer with the attribute weight_names; a model within is one layer. */
export function legacyWeights(root: Hdf5Object, file: string): WeightSource {
  const known = new Map<string, (path: readonly string[]) => readonly StoredWeight[]>();
  const groupOf = (layer: string): readonly OwnedWeight[] => {
    const group = root.get(layer);
    if (!group) return [];
    return textList(group, "weight_names").map((name) => {
      const array = group.get(name);
      if (!array?.isArray)
        return badFile(
          file,
          `layer ${showText(layer)}`,
          `no array ${showText(name)}`,
          "its numbers",
        );
      const [owner, role] = ownerAndRole(name);
      return { owner, role, name: `${layer}/${name}`, shape: array.shape, read: array.read };
    });
  };
  const listOf = (layer: string) => {
    const all = groupOf(layer);
    const inner = byOwner(all);
    return (path: readonly string[]) => (path.length === 0 ? all : inner(path));
  };
  return ({ path: [first, ...inner] }) => {
    const list = known.get(first) ?? listOf(first);
    known.set(first, list);
    return list(inner);
  };
}

/** Names by which versions call the list of a model's layers. */
const CONTAINERS = ["layers", "_layer_checkpoint_dependencies"];

/** Weights of a Keras 3 file: layers/conv2d_1/vars/0, 1, …; the attribute "name" of vars is the layer's, if it is there. */
export function numberedWeights(root: Hdf5Object): WeightSource {
  const named = new Map<string, ReadonlyMap<string, Hdf5Object>>();
  const within = (model: Hdf5Object): Hdf5Object | undefined =>
    CONTAINERS.map((name) => model.get(name)).find((found) => found !== undefined);
  const byName = (container: Hdf5Object): ReadonlyMap<string, Hdf5Object> => {
    const pairs = container.keys.flatMap((key) => {
      const layer = container.get(key);
      const [name] = layer?.get("vars")?.texts("name") ?? [];
      return layer && name ? [[decode(name), layer] as const] : [];
    });
    return new Map(pairs);
  };
  return ({ path, slots }) => {
    let model: Hdf5Object | undefined = root;
    for (const [k, slot] of slots.entries()) {
      const container: Hdf5Object | undefined = model && within(model);
      if (!container) return [];
      const names: ReadonlyMap<string, Hdf5Object> = named.get(container.path) ?? byName(container);
      named.set(container.path, names);
      model = names.get(path[k]) ?? container.get(slot);
    }
    const vars = model?.get("vars");
    const keys = [...(vars?.keys ?? [])].sort((a, b) => Number(a) - Number(b));
    return keys.flatMap((key) => {
      const array = vars?.get(key);
      return array?.isArray ? [{ name: array.path, shape: array.shape, read: array.read }] : [];
    });
  };
}
