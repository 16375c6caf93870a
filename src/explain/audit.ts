/** The audit of one model: is its batch norm healthy, can it be folded, and what does folding do to explanations. One
 *  JSON-able value; a face decides how to show it. */

import { type Crew, withCrew } from "../engine/crew.js";
import type { BackendName } from "../engine/executor.js";
import { session } from "../engine/session.js";
import {
  type Fold,
  type FoldTraces,
  fold,
  foldTraces,
  type Leftover,
  rewrite,
} from "../fold/index.js";
import type { Model } from "../model/model.js";
import { checkCancelled, fail, NormLensError } from "../tensor/errors.js";
import { slice, type Tensor } from "../tensor/tensor.js";
import { type Advice, advise } from "./audit-advice.js";
import { type Harm, harmOf } from "./audit-harm.js";
import {
  type BatchSensitivity,
  batchSensitivity,
  type NormHealth,
  normHealth,
} from "./audit-health.js";
import {
  auditedExplainers,
  type MapChange,
  mapChanges,
  type Repeated,
  relevanceChanges,
  repeated,
} from "./audit-maps.js";
import type { Progress } from "./explanation.js";
import { identity } from "./identity.js";
import type { CompositeName } from "./relevance/index.js";
import type { ExplainerName } from "./table.js";

export interface AuditOptions {
  /** Images whose maps are compared, of those given; defaults to 4. */
  readonly maps?: number;
  /** Defaults to one or more of every family. */
  readonly explainers?: readonly ExplainerName[];
  /** Composites of relevance rules; defaults to "epsilon" and "epsilonPlus". */
  readonly composites?: readonly CompositeName[];
  /** For batch norms that no layer can take up; defaults to "convolution". */
  readonly leftover?: Leftover;
  readonly backend?: BackendName;
  /** Threads that share the work, or a crew; defaults to 1. Results are the same for any number. */
  readonly threads?: number | Crew | undefined;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface Audit {
  /** The model's hash. */
  readonly model: string;
  readonly images: number;
  readonly maps: number;
  readonly batchNorms: number;
  readonly traces: FoldTraces;
  readonly health: readonly NormHealth[];
  readonly batchSensitivity: readonly BatchSensitivity[];
  /** What folding did, or why it was refused. */
  readonly fold: { readonly evidence: Fold["evidence"] } | { readonly refused: string };
  readonly explainers: readonly MapChange[];
  /** One whose maps moved though they must not, once more in float64. */
  readonly repeated?: Repeated;
  readonly harm: readonly Harm[];
  readonly advice: readonly Advice[];
}

/** Audits a model on images [n, C, H, W] such as it was trained for; some tens are enough. */
export const audit = (model: Model, images: Tensor, options: AuditOptions = {}): Audit =>
  withCrew(options.threads, (threads) => auditOn(threads, model, images, options));

function auditOn(threads: Crew, model: Model, images: Tensor, options: AuditOptions): Audit {
  const { maps = 4, explainers = auditedExplainers, backend = "wasm" } = options;
  const { composites = ["epsilon", "epsilonPlus"], leftover = "convolution" } = options;
  if (!(Number.isInteger(maps) && maps > 0))
    fail("option", `audit: got ${maps} maps, expected a whole number from 1`);
  const of = 3 + explainers.length + 2 * composites.length;
  let done = 0;
  const tick = <T>(result: T): T => {
    checkCancelled(options.signal, "audit");
    options.onProgress?.({ done: ++done, of });
    return result;
  };

  const run = session(model, { backend, threads });
  const few = slice(images, 0, Math.min(maps, images.shape[0]));
  const batchNorms = model.nodes.filter(({ kind }) => kind === "batchNorm").length;
  const health = tick(normHealth(run, images));
  const sensitivity = tick(batchNorms > 0 ? batchSensitivity(run, images) : []);
  const folded = tick(folding(model, few, leftover));
  const isFolded = "model" in folded && batchNorms > 0;
  const other = isFolded ? session(folded.model, { backend, threads }) : undefined;
  const changes = other
    ? explainers.flatMap((name) => tick(mapChanges(run, other, few, [name])))
    : [];
  const exact = (of: Model) => () => session(of, { backend: "reference" });
  const again =
    isFolded && backend !== "reference"
      ? repeated(exact(model), exact(rewrite(model, { leftover }).model), few, changes)
      : undefined;
  const relevance = isFolded
    ? composites.flatMap((name) => tick(relevanceChanges(run, few, name)))
    : [];
  const harm = isFolded ? composites.map((name) => tick(harmOf(run, few, name))) : [];
  const found = {
    model: identity(model),
    images: images.shape[0],
    maps: few.shape[0],
    batchNorms,
    traces: foldTraces(model),
    health,
    batchSensitivity: sensitivity,
    fold: "model" in folded ? { evidence: folded.evidence } : folded,
    explainers: [...changes, ...relevance],
    ...(again && { repeated: again }),
    harm,
  };
  return { ...found, advice: advise(found) };
}

/** The fold, or the reason why there is none. */
function folding(model: Model, images: Tensor, leftover: Leftover): Fold | { refused: string } {
  try {
    return fold(model, { leftover, images, probes: 2 });
  } catch (error) {
    if (error instanceof NormLensError) return { refused: error.message };
    throw error;
  }
}
