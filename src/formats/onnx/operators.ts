/** The table of ONNX operators that become ops. Adding one: its function, one line here. */

import type { Value } from "../translation/value.js";
import * as elementwise from "./elementwise.js";
import * as features from "./features.js";
import type { NodeView, OnnxTranslation } from "./node-view.js";
import * as resize from "./resize.js";
import * as shapes from "./shapes.js";
import * as spatial from "./spatial.js";

type Operator = (t: OnnxTranslation, n: NodeView) => Value;

export const operators: Readonly<Record<string, Operator>> = {
  Conv: spatial.conv,
  ConvTranspose: spatial.convTranspose,
  MaxPool: spatial.maxPool,
  AveragePool: spatial.averagePool,
  Resize: resize.resize,
  Upsample: resize.upsample,
  GlobalAveragePool: spatial.globalAveragePool,
  GlobalMaxPool: spatial.globalMaxPool,
  ReduceMean: spatial.reduceMean,
  Gemm: features.gemm,
  MatMul: features.matMul,
  BatchNormalization: features.batchNormalization,
  InstanceNormalization: features.instanceNormalization,
  GroupNormalization: features.groupNormalization,
  LayerNormalization: features.layerNormalization,
  Relu: elementwise.relu,
  LeakyRelu: elementwise.leakyRelu,
  PRelu: elementwise.pRelu,
  Clip: elementwise.clip,
  Sigmoid: elementwise.sigmoid,
  Tanh: elementwise.tanh,
  Elu: elementwise.elu,
  Selu: elementwise.selu,
  Gelu: elementwise.gelu,
  HardSigmoid: elementwise.hardSigmoid,
  HardSwish: elementwise.hardSwish,
  Swish: elementwise.swish,
  Softmax: elementwise.softmax,
  LogSoftmax: elementwise.logSoftmax,
  Add: elementwise.addTwo,
  Sum: elementwise.add,
  Sub: elementwise.subtract,
  Mul: elementwise.multiply,
  Div: elementwise.divide,
  Neg: elementwise.negate,
  Max: elementwise.limit(1),
  Min: elementwise.limit(-1),
  Concat: shapes.concat,
  Pad: shapes.pad,
  Slice: shapes.slice,
  Flatten: shapes.flatten,
  Reshape: shapes.reshape,
  Squeeze: shapes.squeeze,
  Unsqueeze: shapes.unsqueeze,
  Transpose: shapes.transpose,
  Identity: shapes.identity,
  Cast: shapes.cast,
  Dropout: shapes.dropout,
};
