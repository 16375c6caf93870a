/** The networks of a study as one row of blocks: what all arms share once, what sets them apart marked. */

import { analyse, type Graph, type Node } from "../model/index.js";
import { size } from "../tensor/index.js";
import type { Block, LayerFacts } from "./report-data.js";

/** The blocks of all arms in the order of data flow. */
export function networkBlocks(
  graphs: readonly { readonly arm: string; readonly graph: Graph }[],
): Block[] {
  const blocks: (Block & { arms: string[] })[] = [];
  for (const { arm, graph } of graphs) {
    let after = -1; // where this arm's last node stands
    for (const { node, output, parameters } of analyse(graph)) {
      const known = blocks.findIndex((block) => block.id === node.id);
      if (known >= 0) {
        merge(blocks[known], node, arm);
        after = known;
        continue;
      }
      const sum = parameters.reduce((n, spec) => n + (spec.trainable ? size(spec.shape) : 0), 0);
      blocks.splice(++after, 0, {
        id: node.id,
        layers: [layerFacts(node)],
        shape: output.shape.join("×"),
        parameters: sum,
        arms: [arm],
        ...(node.kind === "add" && { shortcut: node.inputs[1] }),
      });
    }
  }
  return blocks.map(({ arms, ...block }) =>
    arms.length === graphs.length ? block : { ...block, only: arms },
  );
}

function merge(block: Block & { arms: string[] }, node: Node, arm: string): void {
  block.arms.push(arm);
  const other = layerFacts(node);
  const isNew = block.layers.every((layer) => JSON.stringify(layer) !== JSON.stringify(other));
  if (isNew) block.layers.push(other);
}

const layerFacts = (node: Node): LayerFacts => ({ kind: node.kind, values: valuesOf(node) });

/** The attributes that matter to a reader; what is as usual stays unsaid. */
function valuesOf(node: Node): LayerFacts["values"] {
  switch (node.kind) {
    case "conv2d": {
      const { filters, kernel, stride, groups } = node.attributes;
      return {
        kernel: kernel.join("×"),
        filters,
        ...(stride !== 1 && {
          stride: typeof stride === "number" ? stride : stride.join("×"),
        }),
        ...(groups > 1 && { groups }),
      };
    }
    case "dense":
      return { units: node.attributes.units };
    case "batchNorm":
      return node.attributes.ghost > 0 ? { ghost: node.attributes.ghost } : {};
    case "groupNorm":
      return { groups: node.attributes.groups };
    case "maxPool2d":
    case "avgPool2d":
      return { size: `${node.attributes.size}` };
    case "dropout":
      return { rate: node.attributes.rate };
    default: // the kind says it all
      return {};
  }
}
