/** ONNX in: a file becomes a model, or a list of everything that is in the way. What is read: docs/models.md. */

import type { Model } from "../../model/model.js";
import { badFile, showText, unsupportedFile } from "../problems.js";
import { finishedModel } from "../translation/finish.js";
import { type Obstacle, Refusal, refuseAll } from "../translation/obstacles.js";
import { translation } from "../translation/translation.js";
import { type Constant, constant, type ExternalFiles, type Stores } from "./constants.js";
import { folds, type Room, shapeOf } from "./folding.js";
import { inlined } from "./functions.js";
import { withGelu } from "./gelu.js";
import { channelsFirst, inputOf } from "./input.js";
import { modelMessage } from "./message-tables.js";
import type { NodeMessage } from "./messages.js";
import {
  isConstant,
  type Known,
  type NodeView,
  nodeView,
  type OnnxTranslation,
} from "./node-view.js";
import { obstacle } from "./obstacles.js";
import { operators } from "./operators.js";
import { checkWiring, consumers, type Wiring, wiring } from "./wiring.js";
import { NEWEST_OPSET, PRODUCER } from "./write.js";

/** Older ones mean other things by the same names. */
const OLDEST_OPSET = 9;

export interface OnnxOptions {
  /** Contents of the files that hold the weights of a large model, by location (see `externalLocations`). */
  readonly files?: ExternalFiles;
  /** Whether the bytes are given away, so that weights may stay in them; otherwise they are copied. */
  readonly owned?: boolean;
  /** Shape [C,H,W] of an image where the file leaves it open. */
  readonly inputShape?: readonly [number, number, number];
  /** The output to take where there are several; defaults to the only one. */
  readonly output?: string;
}

export interface OnnxModel {
  readonly model: Model;
  readonly opset: number;
  /** The program that wrote the file, as it calls itself. */
  readonly producer: { readonly name: string; readonly version: string };
  readonly metadata: Readonly<Record<string, string>>;
  /** What was translated in a way that a reader should know of. */
  readonly notes: readonly string[];
}

/** A model from the bytes of an ONNX file, read as hostile input. `name` is for messages. */
export function readOnnx(bytes: Uint8Array, name: string, options: OnnxOptions = {}): OnnxModel {
  const message = modelMessage(bytes, name);
  const whole = inlined(message.graph, message, name);
  const graph = withGelu(whole, name, options.files ?? new Map());
  const opset =
    message.opsets.get("") ?? badFile(name, "model", "no opset", "the version of ONNX's operators");
  if (opset < OLDEST_OPSET)
    unsupportedFile(
      name,
      "model",
      `opset ${opset}`,
      `opset ${OLDEST_OPSET} or newer`,
      "convert it with onnx.version_converter, or export it again",
    );
  if (graph.hasSparse)
    unsupportedFile(name, "graph", "sparse weights", "dense ones", "export the model without them");
  const wires = wiring(graph, name, options.output);
  checkWiring(graph, wires, name);
  const room: Room = { name, elements: 2 ** 22 + 4 * bytes.length };
  const model = translate({ ...message, graph }, wires, opset, room, options);
  const { producer, producerVersion } = message;
  const isNewer = opset > NEWEST_OPSET;
  return {
    ...model,
    notes: isNewer ? [newer(opset), ...model.notes] : model.notes,
    opset,
    producer: { name: producer, version: producerVersion },
    metadata: Object.fromEntries(message.metadata),
  };
}

const newer = (opset: number): string =>
  `the file has opset ${opset}, newer than is known here: its operators are read as those of opset ${NEWEST_OPSET}`;

function translate(
  { graph, producer }: ReturnType<typeof modelMessage>,
  wires: Wiring,
  opset: number,
  room: Room,
  { files = new Map(), owned = false, inputShape }: OnnxOptions,
): Pick<OnnxModel, "model" | "notes"> {
  const { name } = room;
  const stores: Stores = { files, owned };
  const source = inputOf(graph, wires, name, inputShape);
  const t = { ...translation(name), opset, batch: source.batch, output: wires.output };
  const readers = consumers(graph, wires);
  const known = new Map<string, Known | undefined>([["", undefined]]);
  for (const init of graph.initializers)
    if (readers.has(init.name)) known.set(init.name, constant(init, name, stores));
  known.set(wires.input, source.value);
  // Our own files have channels first; a transposition in them is what it says.
  const first = producer === PRODUCER ? undefined : channelsFirst(graph, wires, source.value);
  if (first) {
    known.set(wires.input, first.value);
    t.notes.push("the file wants images [H,W,C]; here they are [C,H,W], as everywhere");
  }
  const obstacles: Obstacle[] = [];
  const lost = new Set<string>();
  for (const k of wires.reachable) {
    const message = graph.nodes[k];
    if (message === first?.node) {
      known.set(message.outputs[0], first.value);
      continue;
    }
    const result = message.inputs.some((i) => lost.has(i))
      ? skipped(message, k)
      : attempt(
          t,
          message,
          k,
          message.inputs.map((i) => known.get(i)),
          room,
          stores,
        );
    if ("value" in result) {
      const { value } = result;
      const sole = !isConstant(value) && value.sole && readers.get(message.outputs[0]) === 1;
      known.set(message.outputs[0], isConstant(value) ? value : { ...value, sole });
    } else {
      for (const output of message.outputs) lost.add(output);
      if (result.obstacle) obstacles.push(result.obstacle);
    }
    for (const output of message.outputs.slice(1))
      if (readers.has(output) && !lost.has(output)) {
        obstacles.push(
          obstacle(
            message,
            k,
            `has a second output, ${showText(output)}, that is read`,
            "export the model in inference mode",
          ),
        );
        lost.add(output);
      }
  }
  if (obstacles.length > 0)
    refuseAll(name, obstacles, { what: "operator", of: `${wires.reachable.length} nodes` });
  return {
    model: finished(t, known.get(wires.output), first?.shape ?? source.shape),
    notes: t.notes,
  };
}

type Attempt = { readonly value: Known } | { readonly obstacle?: Obstacle };

/** A node behind one that cannot be taken: nothing is known of it but whether its operator is. */
const skipped = (message: NodeMessage, k: number): Attempt =>
  isKnown(message) ? {} : { obstacle: obstacle(message, k) };

const isKnown = ({ type, domain }: NodeMessage): boolean =>
  (domain === "" || domain === "ai.onnx") &&
  (type === "Constant" || Object.hasOwn(operators, type) || Object.hasOwn(folds, type));

function attempt(
  t: OnnxTranslation,
  message: NodeMessage,
  k: number,
  inputs: readonly (Known | undefined)[],
  room: Room,
  stores: Stores,
): Attempt {
  if (!isKnown(message)) return { obstacle: obstacle(message, k) };
  const n = nodeView(message, inputs);
  try {
    const value = evaluate(t, n, inputs, room, stores);
    if (!value) return { obstacle: obstacle(message, k) };
    const unread = n.unread();
    return unread.length === 0
      ? { value }
      : {
          obstacle: obstacle(
            message,
            k,
            `has the attribute ${unread.join(", ")}`,
            "export it without",
          ),
        };
  } catch (error) {
    if (error instanceof Refusal)
      return { obstacle: obstacle(message, k, error.message, error.remedy) };
    throw error;
  }
}

/** Computed now if everything is known, else translated. */
function evaluate(
  t: OnnxTranslation,
  n: NodeView,
  inputs: readonly (Known | undefined)[],
  room: Room,
  stores: Stores,
): Known | undefined {
  const { type } = n.message;
  if (type === "Constant") return constantOf(n, t.name, stores);
  const [first] = inputs;
  if (type === "Shape" && first && !isConstant(first))
    return shapeOf(n, [Number.NaN, ...first.theirs]);
  const given = inputs.filter((known) => known !== undefined);
  const constants = given.filter(isConstant);
  if (given.length > 0 && constants.length === given.length && Object.hasOwn(folds, type))
    return folds[type](n, constants, room);
  return Object.hasOwn(operators, type) ? operators[type](t, n) : undefined;
}

function constantOf(n: NodeView, name: string, stores: Stores): Constant {
  const tensor = n.tensor("value");
  if (tensor) return constant(tensor, name, stores);
  const list = n.ints("value_ints") ?? n.floats("value_floats");
  if (list) {
    const isInteger = n.has("value_ints");
    return { shape: [list.length], data: Float64Array.from(list), isInteger };
  }
  const isInteger = n.has("value_int");
  if (!isInteger && !n.has("value_float"))
    throw new Refusal("holds a constant of a kind that is not read", "store it as a tensor");
  const one = isInteger ? n.int("value_int", 0) : n.float("value_float", 0);
  return { shape: [], data: Float64Array.of(one), isInteger };
}

function finished(
  t: OnnxTranslation,
  last: Known | undefined,
  inputShape: readonly [number, number, number],
): Model {
  if (!last || isConstant(last) || last.id === "input")
    return badFile(
      t.name,
      "graph",
      "an output that is computed from no image",
      "a network",
      "give another model",
    );
  return finishedModel(t, last, inputShape);
}
