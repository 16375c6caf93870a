/** Input invariance: the image is darkened by a constant and the network's first layers make up for it, so that the
 *  function is the same; ‖a′ − a‖ / ‖a‖ says how far the map moved. 0 for gradients; methods that multiply by the input or
 *  start from a fixed baseline move. Kindermans et al. 2019. */

import { foldGraph } from "../../fold/index.js";
import { batchNorm } from "../../model/build.js";
import type { Model, Node } from "../../model/model.js";
import { tensor } from "../../tensor/index.js";
import { distance } from "../means.js";
import { type ExplainerMeasure, timesCost } from "../measure.js";

type InvarianceOptions = {
  readonly shift: number;
};

const SHIFT = "inputShift";

/** The same function of images that were shifted by a constant: what reads the input reads it shifted back, and folding
 *  merges that into the first layers (into a bias for every place where they pad with zeros). */
export function compensated(model: Model, shift: number): Model {
  const [C] = model.inputShape;
  const layer = batchNorm({ id: SHIFT, scale: false, center: false });
  const epsilon = layer.kind === "batchNorm" ? layer.attributes.epsilon : 0;
  const back: Node = { ...layer, id: SHIFT, inputs: ["input"] };
  const nodes = model.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((id) => (id === "input" ? SHIFT : id)),
  }));
  const parameters = {
    ...model.parameters,
    [`${SHIFT}.runningMean`]: tensor([C], new Float32Array(C).fill(shift)),
    [`${SHIFT}.runningVariance`]: tensor([C], new Float32Array(C).fill(1 - epsilon)),
  };
  return foldGraph({ ...model, nodes: [back, ...nodes], parameters }).model;
}

export const inputInvariance = {
  of: "explainer",
  reading: "signed",
  title: "Input invariance",
  question: "Does the map stay when the image and the first bias are shifted against each other?",
  zh: { title: "输入不变性", question: "图像与首层偏置相互抵消地平移时，归因图是否不变？" },
  family: "axioms",
  unit: "relative change",
  better: "lower",
  scale: "difference",
  reference: "Kindermans et al. 2019",
  /** shift: added to every element of the image. */
  defaults: { shift: -1 },
  cost: (_, { explained, explanation }) => timesCost(explained, explanation),
  score({ images, maps, trained, explain }, { shift }) {
    const model = compensated(trained.model, shift);
    const moved = tensor(
      images.shape,
      Float32Array.from(images.data, (x) => x + shift),
    );
    const there = explain(moved, { model }).maps;
    return maps.map((map, i) => distance(there[i], map) / distance(map));
  },
} as const satisfies ExplainerMeasure<InvarianceOptions>;
