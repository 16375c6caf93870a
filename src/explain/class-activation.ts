/** What all class-activation maps share: values A and gradients G = ∂f/∂A of one layer, a coarse map from both,
 *  and its enlargement to the image. */

import type { Session } from "../engine/session.js";
import { analyse, type Graph, type NodeFacts } from "../model/model.js";
import { fail } from "../tensor/errors.js";
import type { Tensor } from "../tensor/tensor.js";
import { zeros } from "./arrays.js";
import { enlarge } from "./enlarge.js";
import { type Explainer, type ExplainOptions, explainer, passes } from "./explanation.js";
import { collect } from "./gradient.js";
import { top } from "./target.js";

export interface ClassActivationOptions extends ExplainOptions {
  /** Id of the node whose value is weighted; defaults to the last rectified image, which folding keeps. */
  readonly layer?: string;
  /** - `positive`: only evidence for the target (the default). `signed`: evidence against it as well. */
  readonly evidence?: "positive" | "signed";
  /** - `image`: enlarged to the image (the default). `layer`: as large as the layer. */
  readonly size?: "image" | "layer";
}

/** Adds the coarse map of one image: planes A and G are [C, P] at `from`, `into` is P long. */
export type Coarse = (A: Tensor, G: Tensor, from: number, C: number, into: Float64Array) => void;

const isImage = ({ output: { shape } }: NodeFacts): boolean =>
  shape.length === 3 && shape[1] * shape[2] > 1;

const isRectified = ({ node: { kind } }: NodeFacts): boolean => kind === "relu" || kind === "clamp";

/** Activations in place of ReLU. A clip that ends at 1 is a gate, not a signal. */
const isActivated = ({ node }: NodeFacts): boolean =>
  ["leakyRelu", "elu", "gelu", "tanh"].includes(node.kind) ||
  (node.kind === "clip" && node.attributes.high !== 1);

/** The last ReLU (or what folding made of one) whose value is an image: the layer after which no detail of place is
 *  left. Before a ReLU, in front of BN above all, a tensor may not exist in the folded model. Without any ReLU, the last
 *  activation of another kind. */
export function lastRectified(graph: Graph): string {
  const images = analyse(graph).filter(isImage);
  const some = images.filter(isRectified);
  const rectified = some.length > 0 ? some : images.filter(isActivated);
  return (
    rectified.at(-1)?.node.id ??
    fail(
      "unsupported",
      `class activation: got a model without a rectified image, expected a convolutional one with ReLU; ` +
        (images.length > 0
          ? `name a layer: one of ${images.map(({ node }) => node.id).join(", ")}`
          : "use a method that needs no layer, such as integratedGradients"),
    )
  );
}

function checkLayer(graph: Graph, layer: string): string {
  const images = analyse(graph).filter(isImage);
  if (!images.some(({ node }) => node.id === layer))
    fail(
      "option",
      `class activation: got layer "${layer}", expected one of ${images.map(({ node }) => node.id).join(", ")}`,
    );
  return layer;
}

function coarseMaps(A: Tensor, G: Tensor, combine: Coarse, isSigned: boolean): Tensor {
  const [n, C, h, w] = A.shape;
  const out = zeros(A, [n, 1, h, w]);
  for (let i = 0; i < n; i++) {
    const map = new Float64Array(h * w);
    combine(A, G, i * C * h * w, C, map);
    out.data.set(isSigned ? map : map.map((v) => Math.max(v, 0)), i * h * w);
  }
  return out;
}

/** A class-activation explainer from its formula. */
export const classActivation = (
  method: string,
  title: string,
  reference: string,
  combine: Coarse,
): Explainer<ClassActivationOptions> =>
  explainer<ClassActivationOptions>(
    method,
    {
      title,
      zh: { title },
      kind: "cam",
      reduction: "sum",
      dependsOn: "graph",
      passes: passes(1, 1),
      reference,
      batchNorm:
        "None at a rectified layer. A layer in front of BN is another tensor, or none, after folding.",
    },
    (session: Session, images, { target = top, layer, evidence = "positive", size = "image" }) => {
      const at =
        layer === undefined ? lastRectified(session.model) : checkLayer(session.model, layer);
      const { found, seed } = collect(target, images.shape[0]);
      const { logits, values, gradients } = session.activationGradients(images, [at], seed);
      const coarse = coarseMaps(values[at], gradients[at], combine, evidence === "signed");
      const [, , H, W] = images.shape;
      return {
        values: size === "layer" ? coarse : enlarge(coarse, H, W),
        logits,
        chosen: found,
        settings: { layer: at, evidence, size },
      };
    },
  );
