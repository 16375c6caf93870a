/** Relevance from a logit down to the pixels, with the account of where it went. Works on the model as it is; who wants
 *  batch norm folded gives the folded model (`relevance.ts`). */

import type { BackendName } from "../../engine/executor.js";
import { session } from "../../engine/session.js";
import { analyse, isWeightNode, type Model, type Node } from "../../model/model.js";
import { opOf } from "../../ops/index.js";
import { fail } from "../../tensor/errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type Composite, ruleFor, takesLinearRules } from "./composite.js";
import { frozenLayer } from "./frozen.js";
import { fixedLayer, type Substitute, weightLayer } from "./layers.js";
import { type Ledger, type LedgerEntry, sumsOf } from "./ledger.js";
import { type LinearLayer, sumLayer } from "./linear-map.js";
import { redistribute } from "./redistribute.js";
import type { Rule } from "./rule.js";

/** A model ready to hand relevance down. */
export interface Propagator {
  /** Values of nodes for a batch; "input" too. */
  values(x: Tensor): Readonly<Record<string, Tensor>>;
  /** Id of the node that relevance starts from: the logits. */
  readonly start: string;
  /** Relevance at the input for relevance R at the logits. */
  propagate(
    values: Readonly<Record<string, Tensor>>,
    R: Tensor,
  ): { readonly input: Tensor; readonly ledger: Ledger };
}

export interface PropagatorOptions {
  readonly backend: BackendName;
  /** Largest batch. */
  readonly batch: number;
  /** Layers to take in the place of nodes. */
  readonly substitutes?: ReadonlyMap<string, Substitute>;
  /** The layer made last for each node of this model, with its substitute's key; filled and brought up to date. */
  readonly made?: Map<string, MadeLayer>;
}

interface MadeLayer {
  readonly key: string;
  readonly layer: LinearLayer;
}

/** How one node hands relevance down. */
interface Step {
  readonly node: Node;
  readonly rule: Rule;
  readonly layer?: LinearLayer;
  readonly substitute?: Substitute;
}

export function propagator(
  model: Model,
  entries: Composite,
  options: PropagatorOptions,
): Propagator {
  const { backend, batch } = options;
  const run = session(model, { backend, batch });
  const start = logits(model);
  const steps = stepsOf(model, entries, options);
  const readers = steps.filter(({ rule }) => !isPass(rule));
  const ids = new Set([...readers.flatMap(({ node }) => node.inputs), start]);
  ids.delete("input");
  const shapes = shapesOf(model);
  return {
    start,
    values(x) {
      const input = backend === "wasm" ? single(x) : x;
      return { input, ...run.activations(input, [...ids]) };
    },
    propagate(values, R) {
      const waiting = new Map<string, Tensor>([[start, R]]);
      const ledger: LedgerEntry[] = [];
      for (const step of steps) {
        const arrived = waiting.get(step.node.id);
        if (!arrived) continue;
        waiting.delete(step.node.id);
        const isPassed = isPass(step.rule) || isReshape(step.node);
        const inputs = isPassed ? [] : step.node.inputs.map((id) => values[id]);
        const { below, entry } = isPassed
          ? passed(
              step,
              arrived,
              step.node.inputs.map((id) => shapes.get(id) ?? []),
            )
          : handDown(model, step, inputs, arrived);
        ledger.push(entry);
        step.node.inputs.forEach((id, k) => {
          waiting.set(id, plus(waiting.get(id), below[k]));
        });
      }
      const input =
        waiting.get("input") ?? fail("shape", `relevance: no path from "${start}" to the input`);
      return { input, ledger };
    },
  };
}

const single = ({ shape, data }: Tensor): Tensor => ({ shape, data: Float32Array.from(data) });

/** The node before a softmax at the end, or the output itself. */
function logits(model: Model): string {
  const output = model.nodes.find(({ id }) => id === model.output);
  if (!output) return fail("shape", `relevance: the model has no node "${model.output}"`);
  return output.kind === "softmax" ? output.inputs[0] : output.id;
}

/** What to do at every node, from the output down. */
function stepsOf(model: Model, entries: Composite, options: PropagatorOptions): Step[] {
  const { backend, batch, substitutes, made = new Map<string, MadeLayer>() } = options;
  const context = { model, backend, batch };
  const shapes = shapesOf(model);
  const behind = behindWeights(model);
  const maps = biasMaps(model);
  const isMap = new Set(maps.values());
  return [...model.nodes].reverse().map((node) => {
    const isFirst = !node.inputs.some((id) => behind.has(id));
    const rule = isMap.has(node.id) ? WITH_LAYER : ruleFor(node, isFirst, entries);
    if (isPass(rule)) return { node, rule };
    const shape = shapes.get(node.inputs[0]) as readonly number[];
    const substitute = substitutes?.get(node.id);
    const key = substitute?.key ?? "";
    const known = made.get(node.id);
    const make = () =>
      isWeightNode(node)
        ? weightLayer(context, node, shape, maps.get(node.id), substitute)
        : fixedLayer(context, node, shape);
    const layer = known?.key === key ? known.layer : make();
    if (layer) made.set(node.id, { key, layer });
    return { node, rule, ...(layer ? { layer } : {}), ...(substitute ? { substitute } : {}) };
  });
}

/** Shapes of all values by id. */
const shapesOf = (model: Model): ReadonlyMap<string, readonly number[]> =>
  new Map([
    ["input", model.inputShape] as const,
    ...analyse(model).map(({ node, output }) => [node.id, output.shape] as const),
  ]);

const isPass = (rule: Rule): boolean => "transport" in rule && rule.transport === "pass";

/** A bias map belongs to the convolution before it, whose rule sees it as the bias. */
const WITH_LAYER: Rule = { name: "with its layer", transport: "pass" };

/** Ids of values that some convolution or dense layer comes before. */
function behindWeights(model: Model): ReadonlySet<string> {
  const behind = new Set<string>();
  for (const node of model.nodes)
    if (isWeightNode(node) || node.inputs.some((from) => behind.has(from))) behind.add(node.id);
  return behind;
}

/** Convolution or dense layer without a bias → the bias map that alone reads it. */
function biasMaps(model: Model): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const node of model.nodes) {
    if (node.kind !== "biasMap") continue;
    const [from] = node.inputs;
    const source = model.nodes.find(({ id }) => id === from);
    const readers = model.nodes.filter(({ inputs }) => inputs.includes(from));
    const isBare = source && isWeightNode(source) && !source.attributes.bias;
    if (isBare && readers.length === 1 && from !== model.output) found.set(from, node.id);
  }
  return found;
}

type Handed = { readonly below: readonly Tensor[]; readonly entry: LedgerEntry };

/** Relevance as it came, in the shapes of the inputs. */
function passed({ node, rule }: Step, R: Tensor, shapes: readonly (readonly number[])[]): Handed {
  const arrived = sumsOf(R);
  const none = new Float64Array(arrived.length);
  const below = shapes.map((shape) => ({ shape: [R.shape[0], ...shape], data: R.data }));
  const handed = shapes.length === 1 ? arrived : arrived.map((sum) => shapes.length * sum);
  const stabilizer = shapes.length === 1 ? none : arrived.map((sum, i) => sum - handed[i]);
  const { id, kind } = node;
  return {
    below,
    entry: { node: id, kind, rule: rule.name, arrived, handed, bias: none, stabilizer },
  };
}

/** Relevance of a step's inputs, and its account. */
function handDown(
  model: Model,
  { node, rule, layer, substitute }: Step,
  given: readonly Tensor[],
  R: Tensor,
): Handed {
  const inputs = substitute?.input ? [substitute.input(given[0])] : given;
  const { id, kind } = node;
  const account = (below: readonly Tensor[], bias?: Float64Array, lost?: Float64Array): Handed => {
    const arrived = sumsOf(R);
    const parts = below.map(sumsOf);
    const handed = arrived.map((_, i) => parts.reduce((sum, part) => sum + part[i], 0));
    const entry = {
      node: id,
      kind,
      rule: rule.name,
      arrived,
      handed,
      bias: bias ?? new Float64Array(arrived.length),
      stabilizer: lost ?? arrived.map((sum, i) => sum - handed[i]),
    };
    return { below, entry };
  };
  if (!("transport" in rule) && !takesLinearRules(kind))
    fail(
      "option",
      `relevance: rule ${rule.name} is for linear layers, got ${kind} "${id}"; use pass() or alongGradient()`,
    );
  const linear = layer ?? frozenLayer(model, node, inputs[0]);
  if ("transport" in rule) {
    const map = linear.map(UNCHANGED);
    map.forward(inputs);
    return account(map.backward(R));
  }
  const { below, bias, stabilizer } = redistribute(rule, linear, inputs, R);
  return account(below, bias, stabilizer);
}

/** Ops whose output is their input, perhaps in another shape: every rule passes. */
const isReshape = ({ kind }: Node): boolean =>
  kind === "flatten" || kind === "reshape" || opOf(kind).noisy === true;

const UNCHANGED = {};

const plus = (a: Tensor | undefined, b: Tensor): Tensor =>
  a ? sumLayer.map(UNCHANGED).forward([a, b]) : b;
