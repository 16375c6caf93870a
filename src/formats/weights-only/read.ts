/** Weights of PyTorch in safetensors onto a network of the zoo. The file says neither what the network is, nor ε, nor
 *  how statistics were gathered; who reads it says so, and is told what was taken. */

import { type NormName, type ZooName, zoo } from "../../model/index.js";
import { analyse, type Graph, type Model, type Node, withParameters } from "../../model/model.js";
import { NormLensError } from "../../tensor/errors.js";
import { type Tensor, tensor } from "../../tensor/tensor.js";
import { badFile, unsupportedFile } from "../problems.js";
import { readSafetensors } from "../safetensors.js";
import { float32 } from "../translation/weights.js";
import { matched, shapeOf, type Target } from "./match.js";
import { type Module, modulesOf } from "./modules.js";

export interface WeightsOptions {
  /** The network that the weights belong to. */
  readonly network: ZooName;
  /** Its norm; defaults to "batch" where there are running statistics, "none" where there is no norm. */
  readonly norm?: NormName;
  /** Shape [C,H,W] of an image; defaults to the network's own, with as many channels as the weights have. */
  readonly inputShape?: readonly [number, number, number];
  /** ε of the norms, which weights do not tell; defaults to 1e-5, as in PyTorch. */
  readonly epsilon?: number;
}

export interface WeightsModel {
  readonly model: Model;
  readonly notes: readonly string[];
  /** Which module of the file each node got. */
  readonly modules: ReadonlyMap<string, string>;
}

const EPSILON = 1e-5;
/** PyTorch's momentum 0.1 is the fraction of the new value. */
const KEEP = 0.9;

/** A model from the bytes of a safetensors file that holds weights alone. `name` is for messages. */
export function readWeights(
  bytes: Uint8Array,
  name: string,
  options: WeightsOptions,
): WeightsModel {
  const modules = modulesOf(readSafetensors(bytes, name).arrays, name);
  const { epsilon = EPSILON } = options;
  const place = `network ${options.network}`;
  const graph = fitting(name, place, () => graphFor(modules, name, options));
  const found = matched(
    modules,
    fitting(name, place, () => targetsOf(graph)),
    name,
    place,
  );
  const nodes = graph.nodes.map((node) => adapted(node, found.get(node.id), epsilon));
  const parameters: Record<string, Tensor> = {};
  for (const [id, { arrays }] of found)
    for (const [role, weights] of Object.entries(arrays))
      parameters[`${id}.${role}`] = tensor(weights.shape, float32(weights, name));
  for (const [id, { arrays }] of found) checkVariance(id, arrays, name);
  return {
    model: fitting(name, place, () => withParameters({ ...graph, nodes }, parameters)),
    notes: notesOn(graph, found, epsilon),
    modules: new Map([...found].map(([id, module]) => [id, module.name])),
  };
}

/** Runs `work`; shapes that do not fit each other are the weights' fault. */
function fitting<T>(name: string, place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NormLensError) || error.kind !== "shape") throw error;
    return badFile(
      name,
      place,
      `weights of another network: ${error.message}`,
      "weights of this one",
      "say the network, and the shape of its images (--input-shape 3x32x32), that the weights belong to",
    );
  }
}

/** The network as large as the weights make it. */
function graphFor(
  modules: readonly Module[],
  name: string,
  { network, norm, inputShape }: WeightsOptions,
): Graph {
  const layers = modules.filter(({ kind }) => kind === "layer");
  const rank = (n: number) => layers.filter((module) => shapeOf(module).length === n);
  const [convolutions, dense] = [rank(4), rank(2)];
  const classes = dense.length > 0 ? shapeOf(dense[dense.length - 1])[0] : undefined;
  if (classes === undefined)
    return badFile(
      name,
      "arrays",
      "no dense layer",
      "weights of a classifier",
      "give the whole state_dict",
    );
  const depth = convolutions.length > 0 ? convolutions.length : dense.length - 1;
  const usual = zoo[network]().inputShape;
  const channels = Math.min(...convolutions.map((module) => shapeOf(module)[1]));
  const own = convolutions.length > 0 ? ([channels, usual[1], usual[2]] as const) : usual;
  return zoo[network]({
    norm: norm ?? normOf(modules, name),
    classes,
    inputShape: inputShape ?? own,
    ...(zoo[network].depth === undefined ? {} : { depth }),
  });
}

function normOf(modules: readonly Module[], name: string): NormName {
  const norms = modules.filter(({ kind }) => kind === "norm");
  if (norms.length === 0) return "none";
  if (norms.every(({ arrays }) => arrays.runningMean)) return "batch";
  return unsupportedFile(
    name,
    "arrays",
    "norms without running statistics",
    "the kind of norm, which their weights do not tell",
    "say it after the network (--network plain:group)",
  );
}

/** Nodes with parameters, in the network's order. */
const targetsOf = (graph: Graph): readonly Target[] =>
  analyse(graph).flatMap(({ node, parameters }) => {
    if (parameters.length === 0) return [];
    const weight = parameters.find((spec) => spec.name === "weight");
    const { shape } = weight ?? parameters[0];
    return [{ id: node.id, kind: weight ? ("layer" as const) : ("norm" as const), shape }];
  });

/** The node with the biases, γ and β that the file has, and PyTorch's ε and pace of statistics. */
function adapted(node: Node, module: Module | undefined, epsilon: number): Node {
  if (!module) return node;
  const has = (role: string): boolean => Object.hasOwn(module.arrays, role);
  switch (node.kind) {
    case "conv2d":
    case "dense":
      return { ...node, attributes: { ...node.attributes, bias: has("bias") } } as Node;
    case "batchNorm":
      return {
        ...node,
        attributes: {
          ...node.attributes,
          epsilon,
          keep: KEEP,
          scale: has("gamma"),
          center: has("beta"),
        },
      };
    case "groupNorm":
    case "layerNorm":
    case "instanceNorm":
      return {
        ...node,
        attributes: { ...node.attributes, epsilon, scale: has("gamma"), center: has("beta") },
      } as Node;
    default:
      return node;
  }
}

function checkVariance(id: string, { runningVariance }: Module["arrays"], name: string): void {
  const channel = runningVariance?.data.findIndex((v) => v < 0) ?? -1;
  if (channel >= 0)
    badFile(
      name,
      `array "${runningVariance.name}", element ${channel}`,
      `a running variance below 0 (${id})`,
      "one above",
      "save a model in working order",
    );
}

function notesOn(
  graph: Graph,
  found: ReadonlyMap<string, Module>,
  epsilon: number,
): readonly string[] {
  const named = [...found].filter(([id, module]) => id !== module.name);
  const pairs = named.slice(0, 4).map(([id, module]) => `${module.name} as ${id}`);
  const hasNorm = graph.nodes.some(({ kind }) => kind.endsWith("Norm"));
  return [
    ...(named.length > 0
      ? [
          `weights were found by name or by shape and number: ${pairs.join(", ")}${named.length > 4 ? ", …" : ""}`,
        ]
      : []),
    ...(hasNorm
      ? [`weights do not tell the norms' ε: ${epsilon} was taken; running variances are as stored`]
      : []),
  ];
}
