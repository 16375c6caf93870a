/** A network's forward pass as an ONNX graph, BN with its running statistics, weights inside. */

import { EPSILON, shapes } from "../networks.mjs";
import { graph } from "./onnx.mjs";

export function forwardGraph(network, parameters, N) {
  const g = graph();
  const of = shapes(network);
  const constant = (name) => g.floats(parameters[name].shape, parameters[name].data);
  const names = { input: g.input("x", [N, ...network.inputShape]) };
  const emit = {
    conv: ({ id, k, stride, pad, bias }, [x]) => {
      const weights = [constant(`${id}.weight`), ...(bias ? [constant(`${id}.bias`)] : [])];
      const attributes = {
        kernel_shape: [k, k],
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
      };
      return g.op("Conv", [x, ...weights], attributes);
    },
    norm: ({ id }, [x]) => {
      const roles = ["gamma", "beta", "runningMean", "runningVariance"];
      return g.op("BatchNormalization", [x, ...roles.map((r) => constant(`${id}.${r}`))], {
        epsilon: { float: EPSILON },
      });
    },
    relu: (_, [x]) => g.op("Relu", [x]),
    pool: (_, [x]) => g.op("MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2] }),
    gap: (_, [x]) => g.op("GlobalAveragePool", [x]),
    add: (_, ab) => g.op("Add", ab),
    flatten: ({ id }, [x]) => g.op("Reshape", [x, g.integers([N, of.get(id)[0]])]),
    dense: ({ id }, [x]) =>
      g.op(
        "Gemm",
        [x, constant(`${id}.weight`), constant(`${id}.bias`)],
        { transB: 1 },
        id === network.output ? ["logits"] : undefined,
      ),
  };
  for (const node of network.nodes)
    names[node.id] = emit[node.op](
      node,
      node.inputs.map((id) => names[id]),
    );
  g.output("logits", [N, of.get(network.output)[0]]);
  return g.model();
}
