/** relevance(session, images, options): layer-wise relevance propagation (Bach et al. 2015) for a batch. */

import type { Session } from "../../engine/session.js";
import { foldGraph, type Leftover } from "../../fold/index.js";
import type { Model } from "../../model/model.js";
import { checkCancelled, fail } from "../../tensor/errors.js";
import { slice, type Tensor, tensor } from "../../tensor/tensor.js";
import { imageSums } from "../arrays.js";
import type { ExplainOptions, Explanation, Progress } from "../explanation.js";
import { identity } from "../identity.js";
import { type Chosen, choose, seedOf, top } from "../target.js";
import {
  type BatchNormWay,
  batchNormEntries,
  batchNormWays,
  type Composite,
  type CompositeName,
  composites,
} from "./composite.js";
import type { Ledger, LedgerEntry } from "./ledger.js";
import { type Propagator, propagator } from "./propagate.js";

export interface RelevanceOptions extends ExplainOptions {
  /** A preset by name, or a list of one's own; defaults to "epsilonPlus". */
  readonly composite?: CompositeName | Composite;
  /** Entries that come before the composite's. */
  readonly rules?: Composite;
  /** Defaults to "fold". */
  readonly batchNorm?: BatchNormWay;
  /** For `fold`: what happens to a batch norm that nothing can take up; defaults to "refuse". */
  readonly leftover?: Leftover;
  /** What the output starts with: the value of its logit (default), or 1. */
  readonly start?: "logit" | "one";
  /** Images per pass; defaults to 4: more spill out of the cache. Maps are the same for any number. */
  readonly batch?: number;
}

/** An explanation with the account of its relevance. */
export interface RelevanceExplanation extends Explanation {
  readonly ledger: Ledger;
}

type Settings = Required<Pick<RelevanceOptions, "batchNorm" | "leftover" | "batch">> & {
  readonly composite: Composite;
};

const prepared = new WeakMap<Session, { settings: Settings; made: Propagator }[]>();

/** The propagator of a session and settings, made once: it holds modified copies of the weights. */
function propagatorOf(session: Session, settings: Settings): Propagator {
  const known = prepared.get(session) ?? [];
  prepared.set(session, known);
  const found = known.find((other) => sameSettings(other.settings, settings));
  if (found) return found.made;
  const { composite, batchNorm, leftover, batch } = settings;
  const model: Model =
    batchNorm === "fold" ? foldGraph(session.model, { leftover }).model : session.model;
  const made = propagator(model, composite, { backend: session.backend, batch });
  known.push({ settings, made });
  const parameters = Object.values(model.parameters).reduce(
    (sum, { data }) => sum + data.length,
    0,
  );
  if (known.length > Math.max(1, Math.min(MOST_KEPT, ROOM / parameters))) known.shift();
  return made;
}

/** Settings whose modified weights are kept per session: so many, and fewer of models with more than some four million. */
const MOST_KEPT = 8;
const ROOM = 2 ** 25;

const sameSettings = (a: Settings, b: Settings): boolean =>
  a.batchNorm === b.batchNorm &&
  a.leftover === b.leftover &&
  a.batch === b.batch &&
  a.composite.length === b.composite.length &&
  a.composite.every((entry, i) => entry === b.composite[i]);

function settingsOf(options: RelevanceOptions): Settings {
  const { composite = "epsilonPlus", rules = [], batchNorm = "fold" } = options;
  const { leftover = "refuse", batch = 4 } = options;
  const list = typeof composite === "string" ? composites[composite] : composite;
  if (!list)
    fail(
      "option",
      `relevance: got composite "${composite}", expected one of ${Object.keys(composites).join(", ")}`,
    );
  if (!batchNormWays.includes(batchNorm))
    fail(
      "option",
      `relevance: got batchNorm "${batchNorm}", expected one of ${batchNormWays.join(", ")}`,
    );
  return { composite: [...rules, ...wayEntries(batchNorm), ...list], batchNorm, leftover, batch };
}

/** The same objects every time, so that settings can be compared. */
const ways = new Map(batchNormWays.map((way) => [way, batchNormEntries(way)]));
const wayEntries = (way: BatchNormWay): Composite => ways.get(way) ?? [];

/** What one pass over a part of the batch gives. */
interface Part {
  readonly logits: Tensor;
  readonly chosen: Chosen;
  /** Relevance that the walk starts with. */
  readonly R: Tensor;
  readonly input: Tensor;
  readonly ledger: Ledger;
}

function partOf(made: Propagator, x: Tensor, from: number, options: RelevanceOptions): Part {
  const { target = top, start = "logit" } = options;
  const values = made.values(x);
  const logits = values[made.start];
  const chosen = choose(target, logits, from);
  const R = seedOf(logits, chosen);
  if (start === "logit") for (let i = 0; i < R.data.length; i++) R.data[i] *= logits.data[i];
  return { logits, chosen, R, ...made.propagate(values, R) };
}

/** The same as `relevance`, stopping after every pass. */
export function* relevanceSteps(
  session: Session,
  images: Tensor,
  options: RelevanceOptions = {},
  method = "relevance",
): Generator<Progress, RelevanceExplanation> {
  if (session.stats !== "running")
    fail(
      "option",
      `${method}: got a session with stats "${session.stats}", expected "running"; rules see batch norm as an affine map`,
    );
  const settings = settingsOf(options);
  const made = propagatorOf(session, settings);
  const parts: Part[] = [];
  const [n] = images.shape;
  for (let from = 0; from < n; from += settings.batch) {
    checkCancelled(options.signal, method);
    const to = Math.min(from + settings.batch, n);
    parts.push(partOf(made, slice(images, from, to), from, options));
    options.onProgress?.({ done: to, of: n });
    yield { done: to, of: n };
  }
  return gathered(session, settings, parts, options, method);
}

/** Relevance maps of a batch, with the ledger. Σ values + what biases and stabilizers kept is the logit (or 1). */
export function relevance(
  session: Session,
  images: Tensor,
  options?: RelevanceOptions,
  method?: string,
): RelevanceExplanation {
  const all = relevanceSteps(session, images, options, method);
  for (;;) {
    const next = all.next();
    if (next.done) return next.value;
  }
}

function gathered(
  session: Session,
  { batchNorm, leftover }: Settings,
  parts: readonly Part[],
  { composite = "epsilonPlus", rules = [], start = "logit" }: RelevanceOptions,
  method: string,
): RelevanceExplanation {
  const values = join(parts.map(({ input }) => input));
  const started = imageSums(join(parts.map(({ R }) => R)));
  const reached = imageSums(values);
  const against = parts.flatMap(({ chosen }) => [...(chosen.against ?? [])]);
  return {
    values,
    target: Int32Array.from(parts.flatMap(({ chosen }) => [...chosen.target])),
    ...(against.length > 0 && { against: Int32Array.from(against) }),
    logits: join(parts.map(({ logits }) => logits)),
    method,
    kind: "attribution",
    model: identity(session.model),
    settings: {
      composite: typeof composite === "string" ? composite : "own",
      ownRules: rules.length,
      batchNorm,
      leftover,
      start,
      stats: session.stats,
      backend: session.backend,
    },
    checks: { lost: started.map((sum, i) => (sum === 0 ? 0 : 1 - reached[i] / sum)) },
    ledger: joinLedgers(parts.map(({ ledger }) => ledger)),
  };
}

function join(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0];
  const [{ shape, data }] = parts;
  const length = parts.reduce((sum, part) => sum + part.data.length, 0);
  const all = data instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part.data, at);
    at += part.data.length;
  }
  return tensor([parts.reduce((sum, part) => sum + part.shape[0], 0), ...shape.slice(1)], all);
}

function joinLedgers(ledgers: readonly Ledger[]): Ledger {
  return ledgers[0].map((entry, k) => {
    const all = (of: (e: LedgerEntry) => Float64Array) =>
      Float64Array.from(ledgers.flatMap((ledger) => [...of(ledger[k])]));
    return {
      ...entry,
      arrived: all((e) => e.arrived),
      handed: all((e) => e.handed),
      bias: all((e) => e.bias),
      stabilizer: all((e) => e.stabilizer),
    };
  });
}
