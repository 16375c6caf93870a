/** A well-scaled start without any norm, in the manner of Fixup (Zhang, Dauphin, Ma 2019), from the given start: the
 *  directions of the weights stay, their sizes change. Its scalar multipliers and biases are left out. */

import { pow } from "../tensor/math.js";
import { size, type Tensor, tensor } from "../tensor/tensor.js";
import { type Graph, isWeightNode, type Model, type Node } from "./model.js";

/** The model with weights of size √(gain/fan-in), gain 2 with ReLUs (He 2015), else 1. Of the m weighted layers of each of
 *  the L residual branches the last is 0 and the others are multiplied by L^(−1/(2m−2)); the last layer of all is 0. */
export function wellScaled(model: Model): Model {
  const gain = model.nodes.some(({ kind }) => kind === "relu") ? 2 : 1;
  const branches = residualBranches(model);
  const parameters: Record<string, Tensor> = { ...model.parameters };
  for (const node of weighted(model.nodes)) {
    const key = `${node.id}.weight`;
    const { shape, data } = model.parameters[key];
    const fanIn = size(shape) / shape[0];
    let squares = 0;
    for (const w of data) squares += w * w;
    const rms = Math.sqrt(squares / data.length);
    const factor = (Math.sqrt(gain / fanIn) / rms) * share(node, model, branches);
    parameters[key] = tensor(
      shape,
      data.map((w) => w * factor),
    );
  }
  return { ...model, parameters };
}

const weighted = (nodes: readonly Node[]): Node[] => nodes.filter(isWeightNode);

/** What is left of a layer's size: none of the last ones, less of those inside residual branches. */
function share(node: Node, { output }: Model, branches: readonly (readonly Node[])[]): number {
  if (node.id === output) return 0;
  const own = branches.find((branch) => branch.includes(node));
  if (!own) return 1;
  return node === own.at(-1) ? 0 : pow(branches.length, -1 / (2 * own.length - 2));
}

/** The weighted layers of each sum's first input that its second does not depend on. */
function residualBranches({ nodes }: Graph): Node[][] {
  const before = (id: string): Set<string> => {
    const node = nodes.find((candidate) => candidate.id === id);
    const found = new Set(node ? [id] : []);
    for (const input of node?.inputs ?? []) for (const each of before(input)) found.add(each);
    return found;
  };
  return nodes
    .filter(({ kind }) => kind === "add")
    .map(({ inputs: [branch, shortcut] }) => {
      const [own, others] = [before(branch), before(shortcut)];
      return weighted(nodes).filter(({ id }) => own.has(id) && !others.has(id));
    })
    .filter((branch) => branch.length > 0);
}
