/** The levels of the factor under study. An arm says what is special about training or about what is done afterwards;
 *  whatever it leaves open is as the study has it. All arms of a seed share the values of the parameters that they have
 *  in common, and the order of the images. Adding one: an entry here. */

import { z } from "zod";
import { canonicalJson } from "./canonical.js";

/** What an arm may set. Plain JSON: it is written out in designs and is part of a trial's name. */
export const armFields = {
  /** A norm of the library. */
  norm: z.string().min(1),
  /** Where the norm stands: after the activation or before it; the network decides by default. */
  placement: z.enum(["after", "before"]).optional(),
  /** Replaces the study's learning rate in this arm alone. */
  learningRate: z.number().positive().optional(),
  /** Multiplies the study's learning rate in this arm alone. */
  rateFactor: z.number().positive().optional(),
  /** Decay of the weights per step, times the learning rate (L2 regularisation under SGD); replaces the study's.
   *  `tuned`: chosen on held-out training images. */
  weightDecay: z.union([z.number().min(0), z.literal("tuned")]).optional(),
  /** `wellScaled`: a start in the manner of Fixup, for networks without a norm. */
  start: z.enum(["wellScaled"]).optional(),
  /** `norm`: γ and β learn, everything else stays as it started. */
  learns: z.enum(["norm"]).optional(),
  /** Epochs after which Batch Norm's statistics are frozen. */
  freezeAfter: z.int().positive().optional(),
  /** `shuffled`: every training image gets the label of another. */
  labels: z.enum(["shuffled"]).optional(),
  /** `none`: the network is measured as it starts. */
  training: z.enum(["none"]).optional(),
  /** What Batch Norm normalises with when the model is measured; replaces the study's. */
  statistics: z.enum(["recalibrated", "moving"]).optional(),
  /** Done to the trained model before it is measured. `fold`: Batch Norm is merged into its neighbours. */
  afterwards: z.enum(["fold"]).optional(),
  /** `asDrawn`: methods that depend on the graph explain it as it is, not with Batch Norm folded. */
  maps: z.enum(["asDrawn"]).optional(),
} as const;

const fields = z.strictObject(armFields);
type ArmFields = z.output<typeof fields>;

/** What an arm is there for.
 *  - `compared`: a way to train that is compared with others.
 *  - `remedy`: something to do about Batch Norm.
 *  - `control`: shows what a measure makes of a model that cannot be explained. Never a bar for the others. */
type Role = "compared" | "remedy" | "control";

interface ArmEntry {
  /** What comes after the norm's title, in words; the norm's title alone if there is nothing to add. */
  readonly title?: string;
  readonly zh?: { readonly title: string };
  readonly role: Role;
  readonly is: ArmFields;
}

const plain = (norm: string): ArmEntry => ({ role: "compared", is: { norm } });

export const arms = {
  none: plain("none"),
  batch: plain("batch"),
  ghost: plain("ghost"),
  group: plain("group"),
  layer: plain("layer"),
  instance: plain("instance"),
  batchCenter: plain("batchCenter"),
  batchScale: plain("batchScale"),
  noisy: plain("noisy"),
  noise: plain("noise"),
  batchBefore: { role: "compared", is: { norm: "batch", placement: "before" } },
  batchAfter: { role: "compared", is: { norm: "batch", placement: "after" } },
  batchFrozen: {
    title: "its statistics frozen after the first epoch",
    zh: { title: "第一轮之后冻结其统计量" },
    role: "compared",
    is: { norm: "batch", freezeAfter: 1 },
  },
  normOnly: {
    title: "γ and β alone learn",
    zh: { title: "只学习 γ 和 β" },
    role: "compared",
    is: { norm: "batch", learns: "norm" },
  },
  noneDecay: {
    title: "weight decay tuned in its place",
    zh: { title: "以调优的权重衰减代替" },
    role: "compared",
    is: { norm: "none", weightDecay: "tuned" },
  },
  noneScaled: {
    title: "a well-scaled start in its place",
    zh: { title: "以良好缩放的初始值代替" },
    role: "compared",
    is: { norm: "none", start: "wellScaled" },
  },
  batchSlow: {
    title: "a tenth of the learning rate",
    zh: { title: "学习率的十分之一" },
    role: "remedy",
    is: { norm: "batch", rateFactor: 0.1 },
  },
  noneSlow: {
    title: "a tenth of the learning rate",
    zh: { title: "学习率的十分之一" },
    role: "compared",
    is: { norm: "none", rateFactor: 0.1 },
  },
  batchMoving: {
    title: "measured with the moving statistics of training",
    zh: { title: "以训练中的滑动统计量测量" },
    role: "remedy",
    is: { norm: "batch", statistics: "moving" },
  },
  batchFolded: {
    title: "folded into its neighbours after training",
    zh: { title: "训练后折叠进相邻的层" },
    role: "remedy",
    is: { norm: "batch", afterwards: "fold" },
  },
  batchDrawn: {
    title: "rule-based maps of the graph as it is drawn",
    zh: { title: "基于规则的归因图取自未折叠的计算图" },
    role: "compared",
    is: { norm: "batch", maps: "asDrawn" },
  },
  untrained: {
    title: "not trained at all",
    zh: { title: "完全不训练" },
    role: "control",
    is: { norm: "none", training: "none" },
  },
  untrainedBatch: {
    title: "not trained at all",
    zh: { title: "完全不训练" },
    role: "control",
    is: { norm: "batch", training: "none" },
  },
  shuffled: {
    title: "trained on shuffled labels",
    zh: { title: "以打乱的标签训练" },
    role: "control",
    is: { norm: "none", labels: "shuffled" },
  },
  shuffledBatch: {
    title: "trained on shuffled labels",
    zh: { title: "以打乱的标签训练" },
    role: "control",
    is: { norm: "batch", labels: "shuffled" },
  },
} as const satisfies Record<string, ArmEntry>;

export type ArmName = keyof typeof arms;

export const armNames: readonly string[] = Object.keys(arms);

export const isArm = (name: string): name is ArmName => Object.hasOwn(arms, name);

/** The table's entry of a name; undefined for an arm of the user's own. */
export const armEntry = (name: string): ArmEntry | undefined =>
  isArm(name) ? arms[name] : undefined;

/** The table's name of an arm that sets just this. */
export function armNameOf(is: ArmFields): string | undefined {
  const text = canonicalJson(is);
  return armNames.find((name) => canonicalJson(armEntry(name)?.is) === text);
}

/** The arm that a bare name stands for, its norm at a place if one is given and the arm has none of its own. */
export function namedArm(
  name: string,
  placement?: "after" | "before",
): { readonly name: string } & ArmFields {
  const is: ArmFields = armEntry(name)?.is ?? { norm: name };
  return { name, ...(placement && { placement }), ...is };
}

/** Whether an arm is no way to train a useful model: it sets no bar for the others. */
export const isControl = ({ training, labels }: Pick<ArmFields, "training" | "labels">): boolean =>
  training === "none" || labels === "shuffled";
