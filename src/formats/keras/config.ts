/** Keras' description of a network, as its versions 2.0 to 3 (and TensorFlow.js) write it, in one form. */

import { isObject, type Json } from "../json.js";
import { badFile, showText, unsupportedFile } from "../problems.js";

export type Settings = Readonly<Record<string, Json>>;

/** Output `tensor` of the `node`-th call of a layer. */
export interface TensorRef {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

/** One call of a layer: what it reads, and settings of this call. */
export interface Call {
  readonly inputs: readonly TensorRef[];
  readonly settings: Settings;
}

export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Settings;
  readonly calls: readonly Call[];
  /** For a model within the model. */
  readonly network?: KerasNetwork;
}

export interface KerasNetwork {
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
}

/** Layers of all models within each other. */
const MAX_LAYERS = 20_000;
const MAX_CALLS = 100_000;
const AGAIN = "save the whole model again";

const NETWORKS = ["Sequential", "Functional", "Model"];

interface Reading {
  readonly name: string;
  layers: number;
  calls: number;
}

/** The network of {class_name, config}. */
export function kerasNetwork(json: Json | undefined, name: string): KerasNetwork {
  return network(plain(json ?? null), { name, layers: 0, calls: 0 }, "model");
}

/** The same with lists where some versions write {class_name: "__tuple__", items: […]}, or TensorShape. */
function plain(json: Json): Json {
  if (Array.isArray(json)) return json.map(plain);
  if (!isObject(json)) return json;
  if (Array.isArray(json.items) && /^(__tuple__|TensorShape)$/.test(String(json.class_name)))
    return json.items.map(plain);
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, plain(value)]));
}

function network(json: Json | undefined, r: Reading, place: string): KerasNetwork {
  if (!isObject(json)) return bad(r, place, "no description", "class_name and config");
  const { class_name: className, config } = json;
  if (typeof className !== "string" || !NETWORKS.includes(className))
    return unsupportedFile(
      r.name,
      place,
      `a model of class ${show(className)}`,
      "Sequential or Functional",
      "a subclassed model's network is its Python code; build it with the functional API, or export it to ONNX",
    );
  const layers = Array.isArray(config) ? config : isObject(config) ? config.layers : undefined;
  if (!Array.isArray(layers)) return bad(r, place, "no layers", "a list of layers");
  r.layers += layers.length;
  if (r.layers > MAX_LAYERS)
    return bad(r, place, `${r.layers} layers`, `at most ${MAX_LAYERS.toLocaleString("en")}`);
  const all = layers.map((layer, k) => described(layer, r, `${place}, layer ${k}`, `model_${k}`));
  const names = new Set<string>();
  for (const { name } of all) {
    if (names.has(name)) return bad(r, place, `layer ${showText(name)} twice`, "each name once");
    names.add(name);
  }
  return className === "Sequential"
    ? chain(all, isObject(config) ? config : {}, r, place)
    : renumbered({ layers: all, ...ends(isObject(config) ? config : {}, r, place) });
}

/** Calls of models within count from 1 in most versions, after the one that made the model itself; here all count
 *  from 0. Which it is shows in the largest number, as every call that is written is read. */
function renumbered({ layers, inputs, outputs }: KerasNetwork): KerasNetwork {
  const models = new Map(
    layers.flatMap((layer) => (layer.network ? [[layer.name, layer] as const] : [])),
  );
  const calls = layers.flatMap((layer) => layer.calls);
  const largest = new Map<string, number>();
  for (const { layer, node } of [...calls.flatMap((c) => c.inputs), ...outputs])
    largest.set(layer, Math.max(node, largest.get(layer) ?? 0));
  const moved = (ref: TensorRef): TensorRef => {
    const model = models.get(ref.layer);
    const isFromOne = model !== undefined && (largest.get(ref.layer) ?? 0) >= model.calls.length;
    return isFromOne ? { ...ref, node: ref.node - 1 } : ref;
  };
  return {
    layers: layers.map((layer) => ({
      ...layer,
      calls: layer.calls.map((c) => ({ ...c, inputs: c.inputs.map(moved) })),
    })),
    inputs,
    outputs: outputs.map(moved),
  };
}

/** `unnamed`: what a model within is called if it is a bare list of layers. */
function described(json: Json, r: Reading, place: string, unnamed: string): KerasLayer {
  if (!isObject(json)) return bad(r, place, "no layer", "an object");
  const { class_name: className, config } = json;
  if (typeof className !== "string")
    return bad(r, place, `class_name ${show(className)}`, "a text");
  const isNetwork = NETWORKS.includes(className) && config !== undefined;
  const settings = isObject(config) ? config : {};
  const name = json.name ?? settings.name ?? (Array.isArray(config) ? unnamed : undefined);
  if (typeof name !== "string" || name === "")
    return bad(r, place, `the name ${show(name)}`, "a text");
  const nodes = json.inbound_nodes ?? [];
  if (!Array.isArray(nodes)) return bad(r, place, "inbound_nodes of another kind", "a list");
  r.calls += nodes.length;
  if (r.calls > MAX_CALLS) return bad(r, place, `${r.calls} calls of layers`, `${MAX_CALLS}`);
  return {
    name,
    className,
    config: settings,
    calls: nodes.map((node, k) => call(node, r, `${place}, call ${k}`)),
    ...(isNetwork ? { network: network(json, r, `model ${showText(name)}`) } : {}),
  };
}

/** Keras 3: {args, kwargs} with tensors among them. Keras 2: [[layer, node, tensor, kwargs], …]. */
function call(json: Json, r: Reading, place: string): Call {
  if (isObject(json)) {
    const inputs: TensorRef[] = [];
    collect(json.args ?? [], inputs, r, place);
    const settings = isObject(json.kwargs) ? json.kwargs : {};
    return { inputs, settings };
  }
  if (!Array.isArray(json)) return bad(r, place, "a call of another kind", "a list of inputs");
  const entries = typeof json[0] === "string" ? [json] : json;
  let settings: Settings = {};
  const inputs = entries.map((entry) => {
    if (!Array.isArray(entry)) return bad(r, place, show(entry), "[layer, node, tensor, {}]");
    const found = entry[3];
    if (isObject(found)) settings = { ...settings, ...found };
    return reference(entry.slice(0, 3), r, place);
  });
  return { inputs, settings };
}

/** Every tensor in the arguments of a call, in order. */
function collect(json: Json, into: TensorRef[], r: Reading, place: string): void {
  if (Array.isArray(json)) for (const entry of json) collect(entry, into, r, place);
  else if (isObject(json) && json.class_name === "__keras_tensor__" && isObject(json.config))
    into.push(reference(json.config.keras_history, r, place));
  else if (json !== null) bad(r, place, `an argument ${show(json)}`, "tensors of layers");
}

function reference(json: Json | undefined, r: Reading, place: string): TensorRef {
  const [layer, node, tensor] = Array.isArray(json) ? json : [];
  const isPlace = (n: Json | undefined): n is number =>
    typeof n === "number" && Number.isSafeInteger(n) && n >= 0;
  return typeof layer === "string" && isPlace(node) && isPlace(tensor)
    ? { layer, node, tensor }
    : bad(r, place, show(json), "[layer, node, tensor]");
}

/** The shape of images that a layer, or the first within it, says; null if none does. */
function inputShape({ config, network: inner }: KerasLayer): Json {
  const first = inner?.layers.find(({ name }) => name === inner.inputs[0]?.layer);
  return config.batch_shape ?? config.batch_input_shape ?? (first ? inputShape(first) : null);
}

/** Every layer reads the one before it; the first may say the shape of images itself. */
function chain(
  all: readonly KerasLayer[],
  config: Settings,
  r: Reading,
  place: string,
): KerasNetwork {
  if (all.length === 0) return bad(r, place, "no layers", "a network");
  const isOpen = all[0].className !== "InputLayer";
  const input: KerasLayer = {
    name: "input",
    className: "InputLayer",
    config: { batch_shape: inputShape(all[0]) ?? config.build_input_shape ?? null },
    calls: [],
  };
  const name = isOpen && all.some((layer) => layer.name === "input") ? "sequential_input" : "input";
  const layers = isOpen ? [{ ...input, name }, ...all] : all;
  const ref = (layer: KerasLayer): TensorRef => ({ layer: layer.name, node: 0, tensor: 0 });
  return {
    layers: layers.map((layer, k) => ({
      ...layer,
      calls: k === 0 ? [] : [{ inputs: [ref(layers[k - 1])], settings: {} }],
    })),
    inputs: [ref(layers[0])],
    outputs: [ref(layers[layers.length - 1])],
  };
}

function ends(
  config: Settings,
  r: Reading,
  place: string,
): Pick<KerasNetwork, "inputs" | "outputs"> {
  const list = (json: Json | undefined, which: string): TensorRef[] => {
    if (isObject(json)) return list(Object.values(json), which); // outputs by name
    if (!Array.isArray(json)) return bad(r, place, `no ${which}`, "a list of tensors");
    return typeof json[0] === "string"
      ? [reference(json, r, `${place}, ${which}`)]
      : json.flatMap((entry) => list(entry, which));
  };
  return {
    inputs: list(config.input_layers, "input_layers"),
    outputs: list(config.output_layers, "output_layers"),
  };
}

const show = (json: Json | undefined): string => showText(JSON.stringify(json) ?? "nothing");

const bad = (r: Reading, place: string, got: string, expected: string): never =>
  badFile(r.name, place, got, expected, AGAIN);
