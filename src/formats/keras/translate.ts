/** A Keras network becomes a model, or a list of everything that is in the way. */

import type { Model } from "../../model/model.js";
import type { Fit } from "../fitting.js";
import type { Json } from "../json.js";
import { type Preprocessing, preprocessings } from "../preprocessing.js";
import { badFile, showText, unsupportedFile } from "../problems.js";
import { finishedModel } from "../translation/finish.js";
import { type Obstacle, Refusal, refuse, refuseAll } from "../translation/obstacles.js";
import { translation } from "../translation/translation.js";
import type { KerasNetwork } from "./config.js";
import { hasChannelsFirst, inputOf, noteDtypes } from "./input.js";
import { type KerasTranslation, type KerasValue, layerView } from "./layer-view.js";
import { hints, layers } from "./layers.js";
import { withLine } from "./pixels.js";
import { straight } from "./shapes.js";
import { type LayerPlace, layerWeights, type WeightSource } from "./weights.js";
import { type CallPlace, orderOfCalls, readersOf } from "./wiring.js";

export interface KerasModel {
  readonly model: Model;
  /** What was translated in a way that a reader should know of. */
  readonly notes: readonly string[];
  /** What the file's first layers do to pixels. */
  readonly preprocessing?: Preprocessing;
}

export interface KerasOptions {
  /** Shape [C,H,W] of an image where the file leaves it open. */
  readonly inputShape?: readonly [number, number, number];
}

/** What a walk through a network and the models in it needs. */
interface Walk {
  readonly t: KerasTranslation;
  readonly weights: WeightSource;
  readonly obstacles: Obstacle[];
  layers: number;
}

export function translateKeras(
  network: KerasNetwork,
  weights: WeightSource,
  file: { readonly name: string } & Pick<KerasTranslation, "program" | "version">,
  { inputShape }: KerasOptions = {},
): KerasModel {
  const { name } = file;
  let pixels: Preprocessing | undefined;
  const fits: Extract<Fit, { height: number }>[] = [];
  const t: KerasTranslation = {
    ...translation(name),
    program: file.program,
    version: file.version,
    channelsFirst: hasChannelsFirst(network),
    addPreprocessing(s, b) {
      const longer = withLine(pixels ?? preprocessings.raw, s, b);
      pixels = longer ?? pixels;
      return longer !== undefined;
    },
    addFit: (fit) => fits.push(fit),
  };
  for (const [list, what] of [
    [network.inputs, "input"],
    [network.outputs, "output"],
  ] as const)
    if (list.length !== 1)
      unsupportedFile(
        name,
        "model",
        [`${list.length} ${what}s`, ...list.slice(0, 8).map((r) => showText(r.layer))].join(", "),
        `one ${what}`,
        `build a model of one ${what} from its layers, keras.Model(input, output), and save that`,
      );
  const input = inputOf(t, network, inputShape);
  noteDtypes(t, network);
  const walk: Walk = { t, weights, obstacles: [], layers: 0 };
  const [last] = walkNetwork(walk, network, [input.value], { path: [], slots: [] });
  const { obstacles } = walk;
  if (obstacles.length > 0 || !last)
    return refuseAll(name, obstacles, { what: "layer", of: `${walk.layers} layers` });
  const end = logits(t, last);
  const output = end.flattened ? straight(t, { name: "output" }, end) : end;
  const fit = fits.at(-1);
  const shape = fit ? ([input.shape[0], fit.height, fit.width] as const) : input.shape;
  const model = finishedModel(t, output, shape);
  if (fit && !pixels)
    t.notes.push(
      "the file does not say how pixels are scaled: from 0 to 1, unless --preprocess says otherwise",
    );
  const preprocessing = fit ? { ...(pixels ?? preprocessings.plain), fits } : pixels;
  return { model, notes: t.notes, ...(preprocessing ? { preprocessing } : {}) };
}

/** The value before a softmax at the end: everything here takes a classifier's output as logits. */
function logits(t: KerasTranslation, last: KerasValue): KerasValue {
  if (last.id === "input")
    return badFile(
      t.name,
      "model",
      "an output that is the input",
      "a network",
      "give another model",
    );
  const node = t.node(last);
  if (node?.kind !== "softmax") return last;
  t.notes.push(
    "the file ends in a softmax; here the output is what goes into it, the logits, as everywhere",
  );
  return { ...last, id: t.drop(last) };
}

/** Values of a network's outputs; undefined for those behind something that cannot be taken. */
function walkNetwork(
  walk: Walk,
  network: KerasNetwork,
  given: readonly (KerasValue | undefined)[],
  place: LayerPlace,
): (KerasValue | undefined)[] {
  const { t } = walk;
  const values = new Map<string, KerasValue | undefined>();
  const readers = readersOf(network);
  const put = (key: string, value: KerasValue | undefined): void => {
    const sole = value?.sole === true && readers.get(key) === 1;
    values.set(key, value && { ...value, sole });
  };
  network.inputs.forEach(({ layer, node }, k) => {
    put(`${layer} ${node}`, given[k]);
  });
  const slots = slotsOf(network);
  for (const call of orderOfCalls(network, t.name)) {
    const key = `${call.layer.name} ${call.node}`;
    if (values.has(key)) continue;
    walk.layers++;
    const inputs = call.inputs.map((ref) => values.get(`${ref.layer} ${ref.node}`));
    const own = {
      path: [...place.path, call.layer.name],
      slots: [...place.slots, slots.get(call.layer.name) ?? ""],
    };
    put(key, called(walk, call, inputs, own));
  }
  return network.outputs.map(({ layer, node }) => values.get(`${layer} ${node}`));
}

/** The value that a call of a layer makes; undefined if it, or something before it, cannot be taken. */
function called(
  walk: Walk,
  call: CallPlace,
  inputs: readonly (KerasValue | undefined)[],
  place: LayerPlace,
): KerasValue | undefined {
  const { className, network } = call.layer;
  const inTheWay = (why: string, remedy: string): undefined => {
    walk.obstacles.push({ place: placeOf(call, place), why, remedy });
  };
  if (network) {
    if (network.inputs.length !== inputs.length || network.outputs.length !== 1)
      return inTheWay("is a model of several inputs or outputs", "use models of one output inside");
    walk.layers--;
    return walkNetwork(walk, network, inputs, place)[0];
  }
  if (!Object.hasOwn(layers, className))
    return inTheWay(
      "is no layer that can be taken",
      (Object.hasOwn(hints, className) ? hints[className] : undefined) ??
        "build the model without it, or give the part before it as a model of its own",
    );
  if (!inputs.every((value) => value !== undefined)) return undefined;
  const name = place.path.join("/");
  const view = layerView(name, className, call.layer.config, inputs, (names, optional) =>
    layerWeights(walk.weights(place))(names, optional),
  );
  try {
    checkCall(call);
    const value = layers[className](walk.t, view);
    const unread = view.unread();
    return unread.length > 0
      ? inTheWay(`has the setting ${unread.join(", ")}`, "save the model without it")
      : value;
  } catch (error) {
    if (error instanceof Refusal) return inTheWay(error.message, error.remedy);
    throw error;
  }
}

/** Settings of a call that change nothing. */
const QUIET = new Set(["training", "mask"]);

const isNothing = (value: Json): boolean =>
  value === null || value === false || (Array.isArray(value) && value.every(isNothing));

function checkCall({ settings }: CallPlace): void {
  for (const [key, value] of Object.entries(settings))
    if (!isNothing(value))
      refuse(
        `is called with ${key} = ${showText(JSON.stringify(value))}`,
        QUIET.has(key) ? "build the model for inference" : "build the model without it",
      );
}

/** "layer 7 "block/conv", Conv2D (reads "pool")". */
function placeOf({ layer, index, inputs }: CallPlace, { path }: LayerPlace): string {
  const reads = inputs.slice(0, 3).map((ref) => showText(ref.layer));
  const from = reads.length > 0 ? ` (reads ${reads.join(", ")})` : "";
  return `layer ${index} ${showText(path.join("/"))}, ${layer.className}${from}`;
}

/** "BatchNormalization" → "batch_normalization", and a number from the second on: names in files of Keras 3. */
function slotsOf({ layers: all }: KerasNetwork): ReadonlyMap<string, string> {
  const used = new Map<string, number>();
  return new Map(
    all.map(({ name, className }) => {
      const slot = className
        .replace(/\W+/g, "")
        .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
        .replace(/([a-z])([A-Z])/g, "$1_$2")
        .toLowerCase();
      const count = used.get(slot) ?? 0;
      used.set(slot, count + 1);
      return [name, count === 0 ? slot : `${slot}_${count}`];
    }),
  );
}
