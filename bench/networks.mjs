/** The networks that every contestant runs, as plain data: nodes in order of computation, each
 *  with its parameters' shapes. Peers build from this description; our own contestant takes the
 *  network of the same ids from its zoo. Not a model format. */

/** Batch Norm as all contestants use it: Keras' constants. */
export const KEEP = 0.99;
export const EPSILON = 1e-3;

/** Collects nodes; each method returns the node's id, its input's id coming first. */
function builder(inputShape, norm) {
  const nodes = [];
  const channels = new Map([["input", inputShape[0]]]);
  const push = (node, C) => {
    nodes.push(node);
    channels.set(node.id, C);
    return node.id;
  };
  const same = (op) => (x, id) => push({ id, op, inputs: [x] }, channels.get(x));
  return {
    nodes,
    conv: (x, id, O, { k = 3, stride = 1, pad = 0, bias = false } = {}) =>
      push({ id, op: "conv", inputs: [x], I: channels.get(x), O, k, stride, pad, bias }, O),
    norm: (x, id) =>
      norm ? push({ id, op: "norm", inputs: [x], C: channels.get(x) }, channels.get(x)) : x,
    relu: same("relu"),
    pool: same("pool"),
    gap: same("gap"),
    flatten: same("flatten"),
    add: (a, b, id) => push({ id, op: "add", inputs: [a, b] }, channels.get(a)),
    dense: (x, id, F, O) => push({ id, op: "dense", inputs: [x], F, O }, O),
  };
}

/** conv 1→32 3×3 valid, ReLU → BN → max-pool 2 → flatten → dense 10. */
function seed(norm) {
  const inputShape = [1, 28, 28];
  const b = builder(inputShape, norm);
  const relu = b.relu(b.conv("input", "conv", 32, { bias: true }), "relu");
  const pool = b.pool(b.norm(relu, "norm"), "pool");
  return {
    inputShape,
    nodes: b.nodes,
    output: b.dense(b.flatten(pool, "flatten"), "dense", 5408, 10),
  };
}

/** ResNet-20 for CIFAR (He et al. 2015): 3 stages of 3 blocks, 16, 32, 64 channels; where a stage
 *  narrows, the shortcut is a 1×1 convolution of stride 2 with its own norm. */
function resnet20(norm) {
  const inputShape = [3, 32, 32];
  const b = builder(inputShape, norm);
  const conv = { pad: 1, bias: !norm };
  let x = b.relu(b.norm(b.conv("input", "stem", 16, conv), "normStem"), "reluStem");
  let C = 16;
  for (let stage = 1; stage <= 3; stage++)
    for (let block = 1; block <= 3; block++) {
      const name = `${stage}_${block}`;
      const O = 8 * 2 ** stage;
      const stride = O === C ? 1 : 2;
      const first = b.conv(x, `conv${name}a`, O, { ...conv, stride });
      const middle = b.relu(b.norm(first, `norm${name}a`), `relu${name}a`);
      const second = b.norm(b.conv(middle, `conv${name}b`, O, conv), `norm${name}b`);
      const narrow = () => b.conv(x, `shortcut${name}`, O, { ...conv, k: 1, pad: 0, stride });
      const shortcut = O === C ? x : b.norm(narrow(), `normShortcut${name}`);
      x = b.relu(b.add(second, shortcut, `add${name}`), `relu${name}b`);
      C = O;
    }
  const features = b.flatten(b.gap(x, "globalPool"), "flatten");
  return { inputShape, nodes: b.nodes, output: b.dense(features, "dense", 64, 10) };
}

export const networks = { seed, resnet20 };

/** [C, H, W] after each node, by id. */
export function shapes({ inputShape, nodes }) {
  const of = new Map([["input", inputShape]]);
  for (const node of nodes) {
    const [C, H, W] = of.get(node.inputs[0]);
    const out = (length) => Math.floor((length + 2 * node.pad - node.k) / node.stride) + 1;
    const shape = {
      conv: () => [node.O, out(H), out(W)],
      pool: () => [C, H >> 1, W >> 1],
      gap: () => [C, 1, 1],
      flatten: () => [C * H * W, 1, 1],
      dense: () => [node.O, 1, 1],
    }[node.op];
    of.set(node.id, shape ? shape() : [C, H, W]);
  }
  return of;
}

/** Name, shape and role of every parameter, in order. Running statistics come last of their node. */
export function parametersOf({ nodes }) {
  const list = [];
  for (const { id, op, ...n } of nodes) {
    if (op === "conv")
      list.push({ name: `${id}.weight`, shape: [n.O, n.I, n.k, n.k], role: "weight" });
    if (op === "dense") list.push({ name: `${id}.weight`, shape: [n.O, n.F], role: "weight" });
    if (op === "dense" || (op === "conv" && n.bias))
      list.push({ name: `${id}.bias`, shape: [n.O], role: "bias" });
    if (op === "norm")
      for (const role of ["gamma", "beta", "runningMean", "runningVariance"])
        list.push({ name: `${id}.${role}`, shape: [n.C], role });
  }
  return list;
}

/** Multiply-accumulates per image of convolutions and dense layers: forward; and of a training
 *  step, in which the first layer needs no input gradient. */
export function multiplyAccumulates(network) {
  const of = shapes(network);
  let forward = 0;
  let backward = 0;
  for (const node of network.nodes) {
    const [O, H, W] = of.get(node.id);
    const macs =
      { conv: () => O * H * W * node.I * node.k ** 2, dense: () => O * node.F }[node.op]?.() ?? 0;
    forward += macs;
    backward += node.inputs[0] === "input" ? macs : 2 * macs;
  }
  return { forward, training: forward + backward };
}
