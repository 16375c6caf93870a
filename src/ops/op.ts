/** What an op is: a differentiable operation as data. One op, one file; the table is in `index.ts`. */

import type { z } from "zod";
import type { Arithmetic } from "../kernels/arithmetic.js";
import type { KernelName, Kernels } from "../kernels/kernels.js";
import type { Random } from "../tensor/random.js";
import type { Shape } from "../tensor/tensor.js";
import type { Layout } from "./layout.js";

/** Which statistics a normaliser uses: those of the batch at hand, or the running ones. */
export type Stats = "batch" | "running";

/** Where numbers stand in a plan: a buffer and strides. Resolved to an address when the plan's memory is laid out. */
export interface Place {
  readonly buffer: Buffer;
  readonly offset: number;
  /** Elements from one image to the next; 0 for what all images share. */
  readonly image: number;
  /** Elements from one chunk of images to the next; 0 for what all chunks share. */
  readonly chunk: number;
}

/** A place further on by `elements`. */
export const further = (place: Place, elements: number): Place => ({
  ...place,
  offset: place.offset + elements,
});

/** Memory with a lifetime, laid out after the whole plan is known. */
export interface Buffer {
  readonly name: string;
  /** Elements per image, or in all if `scope` is not "image". */
  readonly size: number;
  /** - `image`: one per image of the batch. `chunk`: one per chunk. `once`: one.
   *  - `thread`: one per thread; lives within one chunk of one phase, and before it holds anything. */
  readonly scope: "image" | "chunk" | "once" | "thread";
  /** Stays where it is from step to step: parameters, gradients, inputs, outputs, tables. */
  readonly fixed: boolean;
}

/** Batches are cut in this many chunks of consecutive images, whatever the number of threads: sums over images are
 *  made per chunk and added in chunk order, so that they do not depend on who computed what. */
export const CHUNKS = 8;

/** The number of images that a call covers, times a factor. */
export interface PerImage {
  readonly images: number;
}

/** The number of images that a call covers, times `each` (elements, pixels; 1 for the number itself). */
export const images = (each = 1): PerImage => ({ images: each });

/** A number that a kernel call gets: fixed, a place, or one of the call's own numbers
 *  (`first`: number of its first image in the batch; `lo`, `hi`: its range in a `late` call). */
export type Arg = number | Place | PerImage | "first" | "lo" | "hi";

/** The arguments of kernel K with places where it takes addresses. */
export type Args<K extends KernelName> = Places<Parameters<Kernels[K]>>;
type Places<T extends readonly number[]> = { [I in keyof T]: Arg };

/** What an op's `forward` and `backward` write their kernel calls into. One per node of a plan. */
export interface Emit<A> {
  readonly attributes: A;
  readonly stats: Stats;
  readonly arithmetic: Arithmetic;
  /** Whether convolutions keep to their definition. */
  readonly plain: boolean;
  /** Images of the batch. */
  readonly N: number;
  readonly inputs: readonly Layout[];
  readonly output: Layout;
  readonly fused: Fused;
  /** Whether the running statistics follow this pass (training only). */
  readonly training: boolean;
  /** Whether a backward pass follows, so that what it needs must be kept. */
  readonly learns: boolean;

  /** Value of input i. */
  x(i?: number): Place;
  /** Value of the output. */
  readonly y: Place;
  /** Gradient of the output: complete when `backward` is called, and free to be overwritten. */
  readonly dy: Place;
  /** Where the gradient of input i goes (overwrite it); undefined if nobody wants it. */
  dx(i?: number): Place | undefined;
  /** The same for ops that can add to a gradient that is there already, and end the backward pass of the ReLU that made
   *  the input if theirs is its last part. */
  dxSum(i?: number): GradientSum | undefined;
  /** The output is input 0 itself, seen in the output's layout. */
  passValue(): void;
  /** The gradient of input i is dy itself. */
  passGradient(i: number): void;
  parameter(name: string): Place;
  /** Whether it lies as its spec's `packed` says. */
  isPacked(name: string): boolean;
  /** Parameter of the norm that was merged in. */
  normParameter(name: string): Place;
  /** Elements of a parameter (and of its gradient) in memory. */
  parameterSize(name: string): number;
  /** Where the gradient of a parameter goes; undefined if nobody wants it. */
  gradient(name: string): Place | undefined;
  /** Memory by name, of `size` elements per image, shared by forward and backward. */
  perImage(name: string, size: number): Place;
  /** Memory by name, one for all images. */
  shared(name: string, size: number): Place;
  /** Memory by name, one per chunk; sums over images are collected there and added in chunk order. */
  perChunk(name: string, size: number): Place;
  /** Memory by name, one per thread, for what lives within one chunk: the forward and the backward pass need two names. */
  perThread(name: string, size: number): Place;
  /** Random key of this node for noise (four 16-bit words), and the number of the training step: see `dropoutMask`. */
  noiseKey(): Place;
  noiseStep(): Place;
  /** A table of integers. */
  integers(values: ArrayLike<number>): Place;

  /** A call for every tile of images. */
  each<K extends KernelName>(kernel: K, ...args: Args<K>): void;
  /** A call at the start of every chunk, before its tiles; and at its end, after them. */
  beforeChunk<K extends KernelName>(kernel: K, ...args: Args<K>): void;
  afterChunk<K extends KernelName>(kernel: K, ...args: Args<K>): void;
  /** A call made once, after everything before it is complete. */
  once<K extends KernelName>(kernel: K, ...args: Args<K>): void;
  /** A call cut in ranges lo … hi of `length` (multiples of 4), after all images are complete; collected at the end of the backward pass. */
  late<K extends KernelName>(length: number, kernel: K, ...args: Args<K>): void;
  /** A call that depends on parameters alone: made when they change. */
  prepare<K extends KernelName>(kernel: K, ...args: Args<K>): void;
}

/** Where a part of a gradient goes. */
export interface GradientSum {
  readonly to: Place;
  /** 1: it is added to what is there; 0: it overwrites. */
  readonly adds: 0 | 1;
  /** The sum is 0 where this is not above 0; −1: it is not masked. */
  readonly mask: Place | -1;
}

/** Neighbours that a rewrite has merged into this node (see `engine/fuse.ts`). */
export interface Fused {
  /** A batch norm with running statistics follows, before anything else below; in plans that only go forward. */
  readonly norm?: FusedNorm;
  /** The value of a second input is added: the end of a residual branch. */
  readonly sum?: boolean;
  /** A ReLU follows, before anything else below. */
  readonly relu?: boolean;
  /** The largest value that this ReLU lets through; ∞ if absent. In plans that only go forward. */
  readonly high?: number;
  /** A 2×2, stride-2 max-pool follows. */
  readonly pool?: boolean;
  /** The input is a ReLU's output and this node's backward also does that ReLU's. */
  readonly maskInput?: boolean;
  /** dy arrives with this node's own (fused) ReLU already undone. */
  readonly masked?: boolean;
}

/** The batch norm of id `id`. */
export interface FusedNorm {
  readonly id: string;
  readonly attributes: {
    readonly epsilon: number;
    readonly scale: boolean;
    readonly center: boolean;
  };
}

export const notFused: Fused = {};

/** One parameter of an op. */
export interface ParameterSpec {
  readonly name: string;
  /** Public shape, e.g. [Co, Ci/groups, kh, kw]. */
  readonly shape: Shape;
  /** Learned by gradient; otherwise kept by the op (running statistics). */
  readonly trainable: boolean;
  /** Weight decay applies to it. */
  readonly decays: boolean;
  /** Initial values in row-major order of `shape`. */
  init(random: Random): Float32Array;
  /** How it lies in a plan's memory. */
  readonly memory: ParameterMemory;
  /** How it lies in plans that only go forward; the same if absent. */
  readonly packed?: ParameterMemory;
}

export interface ParameterMemory {
  /** Elements; those that no run reaches are 0. */
  readonly size: number;
  /** Calls `run` for runs that together are all elements of the parameter's shape. */
  runs(run: Run): void;
}

/** `count` elements, in row-major order of the shape `step` apart from number `from` on; in memory they lie `stride`
 *  apart from place `to` on. */
export type Run = (from: number, step: number, to: number, stride: number, count: number) => void;

/** How an op is affine in its input when normalisers use running statistics; what folding and relevance rules read.
 *  - `weight`: y = W ⋆ x + b, by parameter names (b may be absent).
 *  - `channel`: y = s·x + t per channel, from parameters.
 *  - `fixed`: linear without parameters (average pooling, flatten, add).
 *  - `none`: not affine. */
export type Affine<P> =
  | { readonly form: "weight"; readonly weight: string; readonly bias?: string }
  | { readonly form: "channel"; scaleAndShift(parameters: P): { s: Float64Array; t: Float64Array } }
  | { readonly form: "fixed" }
  | { readonly form: "none" };

/** A parameter's values by the parameter's name. */
export type ParameterValues = (name: string) => ArrayLike<number>;

export interface Op<A> {
  /** One sentence with the formula. */
  readonly summary: string;
  /** Number of inputs. */
  readonly inputs: number;
  readonly attributes: z.ZodType<A>;
  /** Shape of the output of one sample. Refuses inputs that do not fit; messages begin with the op's kind. */
  shape(a: A, inputs: readonly Shape[]): Shape;
  /** Parameters; layouts are those the plan will use. */
  parameters(a: A, inputs: readonly Layout[]): readonly ParameterSpec[];
  /** Multiply-accumulates of one forward pass of one sample. */
  macs(a: A, inputs: readonly Shape[]): number;
  affine(a: A): Affine<ParameterValues>;
  /** Needs its inputs in logical order (a flattened image is then reordered first). */
  readonly ordered?: boolean;
  /** Draws random numbers in training: every node gets a key of its own. */
  readonly noisy?: true;
  /** What cannot be done with a batch of N images under `stats`, as a message; undefined if all is well. */
  refuses?(a: A, inputs: readonly Layout[], N: number, stats: Stats): string | undefined;
  forward(c: Emit<A>): void;
  backward(c: Emit<A>): void;
  /** Writes the calls that make the output once more, at `y`, from what the backward pass keeps anyway: for outputs that
   *  cost less to make twice than to keep. */
  again?(c: Emit<A>, y: Place): void;
}

/** No parameters: the common case. */
export const noParameters = (): readonly ParameterSpec[] => [];
