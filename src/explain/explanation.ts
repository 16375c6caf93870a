/** An explanation as a value, and what an explainer is: metadata and one function over a batch. */

import type { BackendName } from "../engine/executor.js";
import type { Session } from "../engine/session.js";
import type { Stats } from "../ops/op.js";
import { checkCancelled } from "../tensor/errors.js";
import type { Random } from "../tensor/random.js";
import type { Tensor } from "../tensor/tensor.js";
import type { ChannelReduction } from "./channels.js";
import { identity } from "./identity.js";
import type { Chosen, Target } from "./target.js";

/** What the numbers of a map mean.
 *  - `sensitivity`: how fast the logit changes with the pixel; signs say in which direction.
 *  - `attribution`: the share of the logit that the pixel accounts for; shares add up to a difference of logits.
 *  - `cam`: where the evidence lies, without sign, comparable within one image only.
 *  - `control`: no explanation at all; what a score must beat. */
export type Kind = "sensitivity" | "attribution" | "cam" | "control";

/** What makes an explanation checkable: one number per image. */
export interface Checks {
  /** Σ values minus what they should add up to, e.g. f(x) − f(baseline): 0 if the method were exact. */
  readonly completenessGap?: Float64Array;
  /** Share of what was handed down that no pixel got. */
  readonly lost?: Float64Array;
}

/** Everything the map depends on beside model, image and target; plain JSON. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/** The explanations of a batch. */
export interface Explanation extends Chosen {
  /** [n, C, H, W], signed; [n, 1, H, W] where a pixel is explained as a whole. */
  readonly values: Tensor;
  /** [n, K]: the logits at the images. */
  readonly logits: Tensor;
  readonly method: string;
  readonly kind: Kind;
  /** The model's hash (`modelHash`). */
  readonly model: string;
  readonly settings: Settings & { readonly stats: Stats; readonly backend: BackendName };
  readonly checks: Checks;
}

/** How far long work is. */
export interface Progress {
  readonly done: number;
  readonly of: number;
}

export interface ExplainOptions {
  /** What to explain; the predicted class by default. */
  readonly target?: Target;
  /** Root of the streams that sampling methods draw from; one of its own by default. Every image has a stream named
   *  after the method and the image's content, so draws depend neither on batches nor on order. */
  readonly random?: Random;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Images sent forward through the network, and back. */
export interface Passes {
  readonly forward: number;
  readonly backward: number;
}

/** So many for an image of any size. */
export const passes = (forward: number, backward: number) => (): Passes => ({ forward, backward });

export interface Metadata {
  readonly title: string;
  /** The same in Chinese; many methods keep their name. */
  readonly zh: { readonly title: string };
  readonly kind: Kind;
  /** How its channels are reduced unless asked otherwise. */
  readonly reduction: ChannelReduction;
  /** - `function`: maps depend on what the network computes alone.
   *  - `graph`: they depend on how it is drawn too, so networks are compared with batch norm folded. */
  readonly dependsOn: "function" | "graph";
  /** What the map of one image of H·W pixels costs with default options; of relevance, about. */
  passes(H: number, W: number): Passes;
  readonly reference: string;
  /** One sentence: what Batch Norm does to it. */
  readonly batchNorm: string;
  /** An option that has no default. */
  readonly needs?: "background";
}

/** One method. It explains a batch and changes nothing. */
export interface Explainer<O extends ExplainOptions = ExplainOptions> extends Metadata {
  explain(session: Session, images: Tensor, options?: O): Explanation;
  /** The same, stopping between its parts, for callers that have other things to do meanwhile. */
  steps(session: Session, images: Tensor, options?: O): Generator<Progress, Explanation>;
  /** Of a method that depends on the graph: the explanation of the graph as it is drawn, each batch norm a layer of
   *  its own, treated by the ε-rule like any other affine map. */
  asDrawn?(session: Session, images: Tensor, options?: ExplainOptions): Explanation;
}

/** What the work of an explainer returns. */
export interface Found {
  readonly values: Tensor;
  readonly logits: Tensor;
  readonly chosen: Chosen;
  readonly settings?: Settings;
  readonly checks?: Checks;
}

type Work<O> = (
  session: Session,
  images: Tensor,
  options: Partial<O> & ExplainOptions,
) => Found | Generator<Progress, Found>;

/** An explainer from its metadata and its work: a function, or a generator that stops now and then. */
export function explainer<O extends ExplainOptions = ExplainOptions>(
  method: string,
  metadata: Metadata,
  work: Work<O>,
): Explainer<O> {
  function* steps(session: Session, images: Tensor, options?: O): Generator<Progress, Explanation> {
    const given: Partial<O> & ExplainOptions = options ?? {};
    const found = work(session, images, given);
    const { values, logits, chosen, settings, checks } =
      Symbol.iterator in found ? yield* watched(found, method, given) : found;
    return {
      values,
      ...chosen,
      logits,
      method,
      kind: metadata.kind,
      model: identity(session.model),
      settings: {
        ...settings,
        ...(given.random && { random: `${given.random.key.high},${given.random.key.low}` }),
        stats: session.stats,
        backend: session.backend,
        ...(session.arithmetic !== "exact" && { arithmetic: session.arithmetic }),
      },
      checks: checks ?? {},
    };
  }
  return {
    ...metadata,
    steps,
    explain(session, images, options) {
      const all = steps(session, images, options);
      for (;;) {
        const next = all.next();
        if (next.done) return next.value;
      }
    },
  };
}

/** Reports every stop, and ends there when the caller's signal has fired. */
function* watched(
  parts: Generator<Progress, Found>,
  method: string,
  { onProgress, signal }: ExplainOptions,
): Generator<Progress, Found> {
  for (;;) {
    checkCancelled(signal, method);
    const next = parts.next();
    if (next.done) return next.value;
    onProgress?.(next.value);
    yield next.value;
  }
}

/** Explains without holding up whatever else runs on this thread: pauses every `pause` milliseconds, so that pages
 *  stay alive and a signal is heard. */
export async function explainInTurns<O extends ExplainOptions>(
  { steps }: Explainer<O>,
  session: Session,
  images: Tensor,
  options?: O,
  { pause = 30 }: { pause?: number } = {},
): Promise<Explanation> {
  const all = steps(session, images, options);
  let last = performance.now();
  for (;;) {
    const next = all.next();
    if (next.done) return next.value;
    if (performance.now() - last < pause) continue;
    await new Promise((resume) => setTimeout(resume, 0));
    last = performance.now();
  }
}
