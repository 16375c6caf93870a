/** Layers as linear maps y = W a + b whose weights a rule may change: convolutions, dense layers and poolings on the
 *  library's kernels, norms and sums element by element. */

import { type BackendName, executor } from "../../engine/executor.js";
import { readImages, writeImages } from "../../engine/images.js";
import type { Readable } from "../../engine/plan.js";
import type { Graph, Model, Node } from "../../model/model.js";
import { type Numbers, size, type Tensor, tensor } from "../../tensor/tensor.js";
import type { Term } from "./rule.js";

/** One modified copy of a layer. */
export interface LinearMap {
  /** W a + b. */
  forward(inputs: readonly Tensor[]): Tensor;
  /** Wᵀ s, per input: at the inputs of the last `forward` where that matters (max-pooling). */
  backward(s: Tensor): readonly Tensor[];
  /** b, cut over the outputs of one image in equal runs; undefined for none. */
  readonly bias?: ArrayLike<number>;
}

/** A layer that rules can be applied to. */
export interface LinearLayer {
  /** The copy for a term, made once per term. */
  map(term: Term): LinearMap;
}

export const numbers = (backend: BackendName, length: number): Numbers =>
  backend === "reference" ? new Float64Array(length) : new Float32Array(length);

/** Every element through `f`; the tensor itself if there is no f. */
export function each(t: Tensor, f: ((v: number) => number) | undefined): Tensor {
  if (!f) return t;
  const data = t.data.slice();
  for (let i = 0; i < data.length; i++) data[i] = f(data[i]);
  return { shape: t.shape, data };
}

/** A small graph on the kernels, forwards and back. Memory for `batch` images is taken at the first use. */
export function kernelMap(
  { parameters, ...graph }: Model,
  backend: BackendName,
  batch: number,
): Pick<LinearMap, "forward" | "backward"> {
  const e = executor(graph, {
    batch,
    stats: "running",
    training: false,
    wants: { input: true, parameters: false },
    fuse: false,
    retain: [],
    backend,
  });
  e.write(parameters);
  e.run("prepare");
  const copy = ({ place, layout }: Readable, n: number, shape: readonly number[]): Tensor => {
    const out = tensor([n, ...shape], numbers(backend, n * size(shape)));
    readImages(e, place, layout, out, 0, n);
    return out;
  };
  const take = (n: number): void => {
    if (e.plan.options.batch === n) return;
    e.withBatch(n);
    e.run("prepare");
  };
  let shape: readonly number[] = graph.inputShape;
  return {
    forward([x]) {
      const [n] = x.shape;
      shape = x.shape.slice(1);
      take(n);
      writeImages(e, e.plan.input.place, e.plan.input.layout, x, 0, n);
      e.run("forward");
      return copy(e.plan.output, n, e.plan.output.layout.shape);
    },
    backward(s) {
      const [n] = s.shape;
      take(n);
      writeImages(e, e.plan.outputGradient, e.plan.output.layout, s, 0, n);
      e.run("backward");
      return [copy(e.plan.inputGradient as Readable, n, shape)];
    },
  };
}

/** The graph of one node on an input of its own; vectors come in as images of one pixel. */
export function aloneGraph(
  node: Node,
  inputShape: readonly number[],
  after: readonly Node[] = [],
): Graph {
  const isVector = inputShape.length === 1;
  const flatten: Node[] = isVector
    ? [{ id: "input as vector", kind: "flatten", attributes: {}, inputs: ["input"] }]
    : [];
  const [C, H = 1, W = 1] = inputShape;
  return {
    inputShape: [C, H, W],
    nodes: [...flatten, { ...node, inputs: [isVector ? "input as vector" : "input"] }, ...after],
    output: after.at(-1)?.id ?? node.id,
  };
}

/** A layer on the kernels. `weight` and `bias` are keys of its parameters; without them no term changes anything. */
export function kernelLayer(
  model: Model,
  keys: { readonly weight?: string; readonly bias?: string },
  backend: BackendName,
  batch: number,
): LinearLayer {
  const made = new Map<Term, LinearMap>();
  const build = (term: Term): LinearMap => {
    const change = ([key, value]: readonly [string, Tensor]) => {
      const f = key === keys.weight ? term.weight : key === keys.bias ? term.bias : undefined;
      return [key, each(value, f)] as const;
    };
    const parameters = Object.fromEntries(Object.entries(model.parameters).map(change));
    const map = kernelMap({ ...model, parameters }, backend, batch);
    return keys.bias === undefined ? map : { ...map, bias: parameters[keys.bias].data };
  };
  return {
    map(term) {
      const known = made.get(term) ?? build(term);
      made.set(term, known);
      return known;
    },
  };
}

/** y = w ⊙ a + b with one w and b per element, images one after the other: a norm whose statistics are held fixed. */
export function elementwiseLayer(w: Numbers, b: Numbers): LinearLayer {
  return {
    map(term) {
      const weight = each({ shape: [], data: w }, term.weight).data;
      const bias = each({ shape: [], data: b }, term.bias).data;
      const times = ({ shape, data }: Tensor, plus?: Numbers): Tensor => {
        const y = data.slice();
        for (let i = 0; i < y.length; i++) y[i] = y[i] * weight[i] + (plus ? plus[i] : 0);
        return { shape, data: y };
      };
      return {
        forward: ([x]) => times(x, bias),
        backward: (s) => [times(s)],
        bias,
      };
    },
  };
}

/** y = Σ a: the end of residual branches. */
export const sumLayer: LinearLayer = {
  map({ weight }) {
    const w = weight ? weight(1) : 1;
    return {
      forward([a, b]) {
        const data = a.data.slice();
        for (let i = 0; i < data.length; i++) data[i] = w * (data[i] + b.data[i]);
        return { shape: a.shape, data };
      },
      backward(s) {
        const c = w === 1 ? s : each(s, (v) => w * v);
        return [c, c];
      },
    };
  },
};
