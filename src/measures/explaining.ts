/** The maps of each explainer, made once and only if a measure asks for them, and those of other images and models.
 *
 *  Explainers whose maps depend on how a network is drawn explain the model with its batch norms folded, so that their
 *  maps of networks with and without batch norm can be compared; unless how it is drawn is the question. */

import { type Session, session } from "../engine/session.js";
import {
  classes,
  type Explainer,
  type ExplainerName,
  explainers,
  reduceChannels,
  top,
} from "../explain/index.js";
import { foldGraph } from "../fold/index.js";
import type { Model } from "../model/model.js";
import {
  fail,
  NormLensError,
  type Random,
  random,
  slice,
  type Tensor,
  tensor,
} from "../tensor/index.js";
import type { ExplainedAgain } from "./context.js";
import type { Cost, Trained } from "./measure.js";

/** One explanation. */
export interface Mapped {
  readonly map: Float64Array;
  /** Before channels were reduced. */
  readonly channels: Float64Array;
}

/** The explanations of all images, or the state that stands for them. */
export type MapsOf =
  | { readonly maps: readonly Mapped[]; readonly isFolded: boolean }
  | { readonly state: "notFoldable" | "refused" };

/** Maps of any images, with the logits there and the predicted classes. */
export interface MappedImages extends Omit<ExplainedAgain, "maps"> {
  readonly maps: readonly Mapped[];
}

/** Hears what the network was asked for. */
export type Spend = (cost: Cost) => void;

/** What is explained: a batch of images, for one class each, by the session of the trained network. */
interface Subject {
  readonly batch: Tensor;
  readonly targets: Int32Array;
  readonly run: Session;
}

export interface Explaining {
  maps(explainer: ExplainerName): MapsOf;
  /** Explains other images, or another model; throws where the explainer cannot. */
  explain(
    explainer: ExplainerName,
    images: Tensor,
    targets: ArrayLike<number>,
    model?: Model,
  ): MappedImages;
}

export function explaining(
  { model, seed, graph }: Trained,
  { batch, targets, run }: Subject,
  spend: Spend,
): Explaining {
  const folded = foldedOnce();
  const sessionOf = recentSessions(run);
  const depends = (name: ExplainerName): boolean => explainers[name].dependsOn === "graph";
  const folds = (name: ExplainerName): boolean => depends(name) && graph !== "asDrawn";
  const explain: Explaining["explain"] = (name, images, wanted, other = model) => {
    const own = sessionOf(folds(name) ? folded(other) : other);
    const work = depends(name) && !folds(name) ? drawnWork(name) : explainers[name].explain;
    const { passes, reduction } = explainers[name];
    const method: Method = { work, passes, reduction };
    return explainAll(method, own, images, wanted, random(seed).split("control maps"), spend);
  };
  const mapsOf = (name: ExplainerName): MapsOf => {
    const drawn = folds(name) ? attempt(() => folded(model), "notFoldable") : model;
    if ("state" in drawn) return drawn;
    const isFolded = drawn !== model;
    return attempt(() => ({ maps: explain(name, batch, targets).maps, isFolded }), "refused");
  };
  const known = new Map<ExplainerName, MapsOf>();
  const maps = (name: ExplainerName): MapsOf => {
    const found = known.get(name) ?? mapsOf(name);
    known.set(name, found);
    return found;
  };
  return { maps, explain };
}

/** What of an explainer it takes to explain all images. */
interface Method extends Pick<Explainer, "passes" | "reduction"> {
  readonly work: Explainer["explain"];
}

/** The work of an explainer on the graph as it is drawn; refuses one that has none. */
function drawnWork(name: ExplainerName): Explainer["explain"] {
  const { asDrawn }: Explainer = explainers[name];
  return (
    asDrawn ??
    fail("option", `${name}: got a graph as it is drawn, expected batch norms to be folded first`)
  );
}

/** The work, or the state that stands for its refusal. */
export function attempt<Found, State extends string>(
  work: () => Found,
  state: State,
): Found | { readonly state: State } {
  try {
    return work();
  } catch (error) {
    if (error instanceof NormLensError && error.kind !== "cancelled") return { state };
    throw error;
  }
}

/** A function that folds models, each once; a model without batch norm stays itself. */
function foldedOnce(): (model: Model) => Model {
  const known = new WeakMap<Model, Model>();
  return (model) => {
    if (!model.nodes.some(({ kind }) => kind === "batchNorm")) return model;
    const found = known.get(model) ?? foldGraph(model).model;
    known.set(model, found);
    return found;
  };
}

/** Sessions kept beside that of the model itself. */
const KEPT = 2;

/** Sessions of models, the latest of them kept. */
function recentSessions(own: Session): (model: Model) => Session {
  const recent: Session[] = [];
  return (model) => {
    if (model === own.model) return own;
    const known = recent.find((each) => each.model === model);
    if (known) return known;
    const made = session(model, { threads: own.crew });
    recent.push(made);
    if (recent.length > KEPT) recent.shift()?.close();
    return made;
  };
}

/** Images per call of an explainer: bounds memory, and changes no bit of the result. */
const BATCH = 32;

function explainAll(
  { work, passes, reduction }: Method,
  run: Session,
  images: Tensor,
  targets: ArrayLike<number>,
  stream: Random,
  spend: Spend,
): MappedImages {
  const [n, , H, W] = images.shape;
  const { forward, backward } = passes(H, W);
  const maps: Mapped[] = [];
  const parts: Tensor[] = [];
  for (let from = 0; from < n; from += BATCH) {
    const part = slice(images, from, Math.min(from + BATCH, n));
    const wanted = Array.from({ length: part.shape[0] }, (_, i) => targets[from + i]);
    const { values, logits } = work(run, part, {
      random: stream,
      target: classes(wanted),
    });
    spend({ forward: forward * part.shape[0], backward: backward * part.shape[0] });
    const channels = (i: number) => Float64Array.from(slice(values, i, i + 1).data);
    maps.push(
      ...reduceChannels(values, reduction).map((map, i) => ({
        map,
        channels: channels(i),
      })),
    );
    parts.push(logits);
  }
  const logits = joined(parts);
  return { maps, logits, predicted: top(logits) };
}

/** Logits of parts, one after another. */
function joined(parts: readonly Tensor[]): Tensor {
  const rows = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const data = Float64Array.from(parts.flatMap((part) => [...part.data]));
  return tensor([rows, parts[0].shape[1]], data);
}
