/** The networks of a study as one row of blocks: what all arms share once, what sets them apart marked. */

import { analyse, type Graph, type Node } from "../model/index.js";
import { size } from "../tensor/index.js";
import type { Block } from "./report-data.js";

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
        kind: node.kind,
        label: label(node),
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
  const other = label(node);
  if (!block.label.split(" or ").includes(other)) block.label += ` or ${other}`;
}

/** A block's words: its kind, with the attributes that matter to a reader. */
function label(node: Node): string {
  switch (node.kind) {
    case "conv2d": {
      const { filters, kernel, stride, groups } = node.attributes;
      const extras = [stride > 1 && `stride ${stride}`, groups > 1 && `${groups} groups`];
      return [`conv ${kernel.join("×")}`, `${filters} filters`, ...extras]
        .filter(Boolean)
        .join(", ");
    }
    case "dense":
      return `dense, ${node.attributes.units} units`;
    case "batchNorm":
      return node.attributes.ghost > 0
        ? `ghost batch norm, ${node.attributes.ghost} images`
        : "batch norm";
    case "groupNorm":
      return `group norm, ${node.attributes.groups} groups`;
    case "relu":
      return "ReLU";
    case "maxPool2d":
      return `max-pool ${node.attributes.size}`;
    case "avgPool2d":
      return `average-pool ${node.attributes.size}`;
    case "globalAvgPool":
      return "global average";
    case "dropout":
      return `dropout ${node.attributes.rate}`;
    default: // the kind says it all: "layer norm", "flatten", "add"
      return node.kind.replace(/2d$/, "").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  }
}
