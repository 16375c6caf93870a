/** TensorFlow.js on its plain-JavaScript `cpu` backend, the only one that trains a convolution in
 *  Node without a native install. A layers model with `trainOnBatch`; weights are turned from and
 *  to NCHW. */

import * as tf from "@tensorflow/tfjs";
import { serve } from "../contestant.mjs";
import { EPSILON, KEEP } from "../networks.mjs";

const ROLES = {
  kernel: "weight",
  bias: "bias",
  gamma: "gamma",
  beta: "beta",
  moving_mean: "runningMean",
  moving_variance: "runningVariance",
};

tf.env().set("IS_NODE", false); // else it advises on standard error to install the native package
await tf.setBackend("cpu");

/** Dense rows: tfjs flattens H,W,C; the fixture C,H,W. Applied to [5408, 10]. */
const reorder = (w, from, perm) =>
  w
    .reshape([...from, 10])
    .transpose([...perm, 3])
    .reshape([5408, 10]);
const layouts = {
  "conv.weight": { in: (w) => w.transpose([2, 3, 1, 0]), out: (w) => w.transpose([3, 2, 0, 1]) },
  "dense.weight": {
    in: (w) => reorder(w.transpose(), [32, 13, 13], [1, 2, 0]),
    out: (w) => reorder(w, [13, 13, 32], [2, 0, 1]).transpose(),
  },
};

function build(norm) {
  const model = tf.sequential();
  model.add(
    tf.layers.conv2d({
      name: "conv",
      inputShape: [28, 28, 1],
      filters: 32,
      kernelSize: 3,
      activation: "relu",
    }),
  );
  if (norm)
    model.add(tf.layers.batchNormalization({ name: "norm", momentum: KEEP, epsilon: EPSILON }));
  model.add(tf.layers.maxPooling2d({ name: "pool", poolSize: 2 }));
  model.add(tf.layers.flatten({ name: "flatten" }));
  model.add(tf.layers.dense({ name: "dense", units: 10 }));
  return model;
}

function trainer({ norm, batch, optimiser }, start) {
  const model = build(norm);
  const named = model.weights.map((w) => {
    const [layer, role] = w.originalName.split("/");
    return `${layer}.${ROLES[role]}`;
  });
  const values = named.map((name) => {
    const t = tf.tensor(start[name].data, start[name].shape);
    return layouts[name]?.in(t) ?? t;
  });
  model.setWeights(values);
  const loss = (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits);
  model.compile({
    optimizer: tf.train.adam(optimiser.learningRate, 0.9, 0.999, optimiser.epsilon),
    loss,
  });
  return {
    async step(x, labels) {
      const images = tf.tensor(x, [batch, 28, 28, 1]);
      const targets = tf.oneHot(tf.tensor1d(labels, "int32"), 10).toFloat();
      const value = await model.trainOnBatch(images, targets);
      tf.dispose([images, targets]);
      return value;
    },
    parameters: () =>
      Object.fromEntries(
        model.getWeights().map((w, i) => {
          const t = layouts[named[i]]?.out(w) ?? w;
          return [named[i], { shape: t.shape, data: t.dataSync() }];
        }),
      ),
    close: () => model.dispose(),
  };
}

await serve({
  versions: { tfjs: tf.version.tfjs },
  conventions: { epsilon: "torch", runningVariance: "biased" },
  prepare: trainer,
});
