/** The table of Keras layers that become ops. Adding one: its function, one line here. */

import * as activations from "./activations.js";
import * as features from "./features.js";
import * as fitting from "./fitting.js";
import type { KerasTranslation, KerasValue, LayerView } from "./layer-view.js";
import * as shapes from "./shapes.js";
import * as spatial from "./spatial.js";

type Layer = (t: KerasTranslation, n: LayerView) => KerasValue;

export const layers: Readonly<Record<string, Layer>> = {
  Conv2D: spatial.conv2d,
  DepthwiseConv2D: spatial.depthwiseConv2d,
  SeparableConv2D: spatial.separableConv2d,
  Conv2DTranspose: spatial.conv2dTranspose,
  MaxPooling2D: spatial.maxPooling2d,
  AveragePooling2D: spatial.averagePooling2d,
  GlobalAveragePooling2D: spatial.globalAveragePooling2d,
  GlobalMaxPooling2D: spatial.globalMaxPooling2d,
  UpSampling2D: spatial.upSampling2d,
  ZeroPadding2D: spatial.zeroPadding2d,
  Cropping2D: spatial.cropping2d,
  Dense: features.dense,
  BatchNormalization: features.batchNormalization,
  BatchNormalizationV1: features.batchNormalization,
  BatchNormalizationV2: features.batchNormalization,
  GroupNormalization: features.groupNormalization,
  LayerNormalization: features.layerNormalization,
  Resizing: fitting.resizing,
  CenterCrop: fitting.centerCrop,
  Rescaling: features.rescaling,
  Normalization: features.normalization,
  Activation: activations.activationLayer,
  ReLU: activations.reluLayer,
  LeakyReLU: activations.leakyReluLayer,
  ELU: activations.eluLayer,
  PReLU: activations.preluLayer,
  Softmax: activations.softmaxLayer,
  Sigmoid: activations.named("sigmoid"),
  Flatten: shapes.flatten,
  Reshape: shapes.reshape,
  Permute: shapes.permute,
  Add: shapes.add,
  Subtract: shapes.subtract,
  Average: shapes.average,
  Multiply: shapes.multiply,
  Concatenate: shapes.concatenate,
  Dropout: shapes.dropout,
  SpatialDropout2D: shapes.same,
  GaussianDropout: shapes.same,
  GaussianNoise: shapes.same,
  AlphaDropout: shapes.same,
  ActivityRegularization: shapes.same,
  Identity: shapes.same,
  RandomFlip: shapes.augmentation,
  RandomRotation: shapes.augmentation,
  RandomZoom: shapes.augmentation,
  RandomTranslation: shapes.augmentation,
  RandomContrast: shapes.augmentation,
  RandomBrightness: shapes.augmentation,
};

const IMAGES = "only feed-forward networks on images can be taken";
const CODE =
  "it is Python code, which a file does not hold; build the model from Keras' own layers";
const OUTSIDE = "take it out of the model and give it images of that size";

/** What helps with layers that people meet. */
export const hints: Readonly<Record<string, string>> = {
  Lambda: CODE,
  TFOpLambda: CODE,
  TensorFlowOpLayer: CODE,
  SlicingOpLambda: CODE,
  RandomCrop: OUTSIDE,
  LSTM: IMAGES,
  GRU: IMAGES,
  Bidirectional: IMAGES,
  Embedding: IMAGES,
  Conv1D: IMAGES,
  MultiHeadAttention: IMAGES,
  Maximum: "use Add or Concatenate",
  Minimum: "use Add or Concatenate",
};
