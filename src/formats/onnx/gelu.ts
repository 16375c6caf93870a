/** GELU before opset 20, where it has no operator of its own: found in its parts, and written as them.
 *    x·½·(1 + erf(x/√2))        x·½·(1 + tanh(√(2/π)·(x + 0.044715·x³)))
 *  Found by algebra, in whatever order the factors are multiplied; the parts' constants must be those. */

import { pow } from "../../tensor/math.js";
import { constant, type ExternalFiles, isIntegerType } from "./constants.js";
import type { AttributeValue } from "./encode.js";
import {
  type AttributeMessage,
  emptyAttribute,
  type GraphMessage,
  type NodeMessage,
} from "./messages.js";
import type { Sheet } from "./writers.js";

const ROOT_HALF = Math.SQRT1_2;
const ROOT = Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

/** What a value is a product of: a number, and values in the order of their names. */
interface Product {
  readonly factor: number;
  readonly atoms: readonly string[];
}

/** Multiplications that are looked through. */
const DEPTH = 5;

const isNear = (a: number, b: number): boolean => Math.abs(a / b - 1) < 1e-5;
const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.join("\n") === b.join("\n");
const sorted = (atoms: readonly string[]): string[] => [...atoms].sort();

/** The atoms without one of them. */
function without(atoms: readonly string[], one: string): string[] {
  const k = atoms.indexOf(one);
  return atoms.filter((_, i) => i !== k);
}

/** The graph with a Gelu where its parts come together; what only they needed is read by nothing any more. */
export function withGelu(graph: GraphMessage, name: string, files: ExternalFiles): GraphMessage {
  if (!graph.nodes.some(({ type }) => type === "Erf" || type === "Tanh")) return graph;
  const makers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((o) => [o, node] as const)),
  );
  const stored = new Map(graph.initializers.map((t) => [t.name, t]));

  const scalar = (value: string): number | undefined => {
    const made = makers.get(value);
    const t =
      made?.type === "Constant" ? made.attributes.find((a) => a.tensor)?.tensor : stored.get(value);
    const float = made?.attributes.find((a) => a.name === "value_float")?.float;
    const elements = t?.dims.reduce((product, n) => product * n, 1);
    const isNumber = isIntegerType(t?.dataType ?? 0) !== undefined;
    const read =
      t && elements === 1 && isNumber ? constant(t, name, { files, owned: false }) : undefined;
    return read?.data[0] ?? (made?.type === "Constant" ? float : undefined);
  };
  const productOf = (value: string, depth = DEPTH): Product => {
    const known = scalar(value);
    if (known !== undefined) return { factor: known, atoms: [] };
    const node = depth > 0 ? makers.get(value) : undefined;
    const [a, b] = node?.inputs ?? [];
    if (node?.type === "Mul" && b !== undefined) {
      const [p, q] = [productOf(a, depth - 1), productOf(b, depth - 1)];
      return { factor: p.factor * q.factor, atoms: sorted([...p.atoms, ...q.atoms]) };
    }
    const by = b === undefined ? undefined : scalar(b);
    if (node?.type === "Div" && by !== undefined) {
      const p = productOf(a, depth - 1);
      return { factor: p.factor / by, atoms: p.atoms };
    }
    if (node?.type === "Pow" && (by === 2 || by === 3)) {
      const p = productOf(a, depth - 1);
      const atoms = sorted(new Array<readonly string[]>(by).fill(p.atoms).flat());
      return { factor: pow(p.factor, by), atoms };
    }
    return { factor: 1, atoms: [value] };
  };
  /** The other term, if a value is a sum with such a term. */
  const besides = (value: string, isTerm: (term: string) => boolean): string | undefined => {
    const node = makers.get(value);
    if (node?.type !== "Add" || node.inputs.length !== 2) return undefined;
    const [a, b] = node.inputs;
    return isTerm(a) ? b : isTerm(b) ? a : undefined;
  };
  const isOne = (value: string): boolean => scalar(value) === 1;

  /** x, if a value is x·s. */
  const scaledBy = (value: string, s: number): string | undefined => {
    const all = productOf(value);
    return makers.get(value)?.inputs.find((x) => {
      const p = productOf(x);
      return isNear(all.factor, s * p.factor) && isSame(all.atoms, p.atoms);
    });
  };
  /** x, if a value is √(2/π)·(x + 0.044715·x³), or that with x taken out of the bracket. */
  const cubic = (value: string): string | undefined => {
    const v = productOf(value);
    for (const atom of v.atoms) {
      const rest = without(v.atoms, atom);
      const [x, power] = rest.length === 0 ? [undefined, 3] : [rest[0], 2];
      const isPower = (term: string, of: string): boolean => {
        const [t, p] = [productOf(term), productOf(of)];
        const atoms = sorted(new Array<readonly string[]>(power).fill(p.atoms).flat());
        return isNear(t.factor, CUBE * pow(p.factor, power)) && isSame(t.atoms, atoms);
      };
      const terms = makers.get(atom)?.type === "Add" ? (makers.get(atom)?.inputs ?? []) : [];
      if (!isNear(v.factor, ROOT) || rest.length > 1 || terms.length !== 2) continue;
      if (x !== undefined && besides(atom, (t) => !isOne(t) && isPower(t, x)) !== undefined) {
        if (terms.some(isOne)) return x;
      }
      if (x === undefined)
        for (const [a, b] of [terms, [...terms].reverse()]) if (isPower(b, a)) return a;
    }
    return undefined;
  };
  /** What GELU is of, if a product is one. */
  const geluOf = (node: NodeMessage): { x: string; approximate: string } | undefined => {
    const y = productOf(node.outputs[0]);
    for (const atom of y.atoms) {
      const curve = makers.get(besides(atom, isOne) ?? "");
      const [inner = ""] = curve?.inputs ?? [];
      const isErf = curve?.type === "Erf";
      const x = isErf
        ? scaledBy(inner, ROOT_HALF)
        : curve?.type === "Tanh"
          ? cubic(inner)
          : undefined;
      if (x === undefined) continue;
      const p = productOf(x);
      if (isNear(y.factor, p.factor / 2) && isSame(without(y.atoms, atom), p.atoms))
        return { x, approximate: isErf ? "none" : "tanh" };
    }
    return undefined;
  };
  const nodes = graph.nodes.map((node) => {
    const isProduct = (node.type === "Mul" || node.type === "Div") && node.outputs.length === 1;
    const found = isProduct ? geluOf(node) : undefined;
    return found
      ? {
          ...node,
          type: "Gelu",
          inputs: [found.x],
          attributes: [text("approximate", found.approximate)],
        }
      : node;
  });
  return { ...graph, nodes };
}

const text = (name: string, value: string): AttributeMessage => ({
  ...emptyAttribute(),
  name,
  bytes: new TextEncoder().encode(value),
});

/** The opset from which on GELU is an operator. */
const OWN = 20;

export function writeGelu(s: Sheet, id: string, approximate: "none" | "tanh"): string {
  const [x] = s.inputs;
  const own: Record<string, AttributeValue> = { approximate: { text: approximate } };
  if (s.opset >= OWN) return s.node("Gelu", [x], own);
  const number = (name: string, value: number): string => s.floats(`${id}.${name}`, [], [value]);
  const part = (type: string, inputs: readonly string[], name: string): string =>
    s.node(type, inputs, {}, `${id}_${name}`);
  const curve = (): string => {
    if (approximate === "none")
      return part("Erf", [part("Mul", [x, number("rootHalf", ROOT_HALF)], "scaled")], "erf");
    const cube = part("Mul", [part("Mul", [x, x], "square"), x], "cube");
    const sum = part("Add", [x, part("Mul", [cube, number("cubic", CUBE)], "bent")], "sum");
    return part("Tanh", [part("Mul", [sum, number("root", ROOT)], "scaled")], "tanh");
  };
  const share = part("Add", [curve(), number("one", 1)], "share");
  return s.node("Mul", [part("Mul", [x, share], "twice"), number("half", 0.5)]);
}
