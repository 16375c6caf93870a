/** What an audit's numbers mean, and what to do: one sentence each, the gravest first. */

import type { Audit } from "./audit.js";
import type { NormHealth } from "./audit-health.js";
import { type Repeated, ROUNDING } from "./audit-maps.js";
import { compositeTitles } from "./relevance/explainers.js";

export interface Advice {
  /** - `problem`: results from this model or this tool cannot be trusted until it is solved.
   *  - `warning`: something to do or to mind.
   *  - `fine`: checked and in order. */
  readonly level: "problem" | "warning" | "fine";
  readonly text: string;
}

/** Change as a share of the folded map's norm, beyond which it says that relevance diverged and nothing of the map. */
const DIVERGED = 100;

const superscript = (n: number): string =>
  [...String(n)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");

/** A change in words: "4e-7", "12.3 %", "37 times", "diverges, 10¹⁶ times". */
export function changeWords(share: number): string {
  if (share === 0) return "0";
  if (share < 1e-3) return share.toExponential(0);
  if (share < 10) return `${Math.round(1000 * share) / 10} %`;
  if (share < DIVERGED) return `${Math.round(share)} times`;
  if (!Number.isFinite(share)) return "diverges";
  const power = Number(share.toExponential(0).split("e")[1]);
  return `diverges, ${share < 9999.5 ? Math.round(share) : `10${superscript(power)}`} times`;
}

const list = (names: readonly string[]): string => names.join(", ");

/** The first few of many. */
const some = (names: readonly string[]): string =>
  names.length > 5 ? `${list(names.slice(0, 4))} and ${names.length - 4} more` : list(names);

type Found = Omit<Audit, "advice">;

const order: readonly Advice["level"][] = ["problem", "warning", "fine"];

/** Change in float64 up to which two maps are the same. */
const EXACT = 1e-9;

export function advise(found: Found): Advice[] {
  const all =
    found.batchNorms === 0
      ? withoutNorms(found)
      : [
          ...ofHealth(found),
          ...ofBatches(found),
          ...ofFold(found),
          ...ofMaps(found),
          ...ofHarm(found),
        ];
  return [...all].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

function withoutNorms({ traces: { verdict, signs } }: Found): Advice[] {
  if (verdict === "no")
    return [
      {
        level: "fine",
        text: "The model has no batch norm and shows no sign that one was folded away.",
      },
    ];
  const words = { possible: "may have been", likely: "was probably", yes: "was" }[verdict];
  return [
    {
      level: "warning",
      text: `The model has no batch norm; it ${words} folded away (${signs.join("; ")}). Its statistics cannot be recovered: audit the weights before export instead.`,
    },
  ];
}

function ofHealth({ health }: Found): Advice[] {
  const sick = health.filter(({ dead, nearlyDead, channels }) => dead + nearlyDead > channels / 4);
  const drifted = health.filter(
    ({ meanDrift, varianceRatio }) => meanDrift.median > 0.5 || varianceRatio.median > 2,
  );
  const out: Advice[] = [];
  if (drifted.length > 0) {
    const scaled = "check that the images are scaled as in training";
    const estimate = "re-estimate them (recalibrate)";
    // Other pixels show at the first norm already; statistics alone may be off anywhere.
    const what = drifted.includes(health[0])
      ? `${scaled}, which shows at the first norm; if they are, ${estimate}`
      : `${estimate}, or ${scaled}`;
    out.push({
      level: "warning",
      text: `The running statistics of ${some(drifted.map(({ norm }) => norm))} do not fit these images: ${what}.`,
    });
  }
  if (sick.length > 0)
    out.push({
      level: "warning",
      text: `More than a quarter of the channels of ${some(sick.map(({ norm }) => norm))} are dead or nearly so on these images: their ReLU hardly fires. A smaller learning rate, or fewer channels, may do.`,
    });
  if (out.length > 0) return out;
  const sum = (of: (h: NormHealth) => number): number => health.reduce((all, h) => all + of(h), 0);
  const idle = sum(({ dead, nearlyDead }) => dead + nearlyDead);
  const few = `${idle} of ${sum(({ channels }) => channels)} channels of batch norm are dead or nearly so, no more than a quarter in any layer;`;
  out.push({
    level: "fine",
    text: `${idle === 0 ? "Batch norm's channels are alive and" : few} its running statistics fit the images.`,
  });
  return out;
}

function ofBatches({ batchSensitivity }: Found): Advice[] {
  const worst = batchSensitivity.find(({ classes, map }) => classes > 0 || map > 0.1);
  if (!worst) return [];
  return [
    {
      level: "warning",
      text: `Never explain with the statistics of the batch: at batches of ${worst.batchSize}, ${changeWords(worst.classes)} of the predictions change, and a saliency map by ${changeWords(worst.map)} when only its batch mates do.`,
    },
  ];
}

function ofFold({ fold }: Found): Advice[] {
  if ("refused" in fold)
    return [{ level: "warning", text: `Folding was refused: ${fold.refused}.` }];
  const worst = Math.max(...fold.evidence.float64.map(({ relative }) => relative));
  const single = Math.max(...fold.evidence.float32.map(({ relative }) => relative));
  if (worst > 1e-10)
    return [
      {
        level: "problem",
        text: `Folding changed the function by ${worst.toExponential(1)} in float64: do not use the folded model, and report this.`,
      },
    ];
  const kept = fold.evidence.norms.filter(({ direction }) => direction === "kept");
  const rest: Advice[] =
    kept.length === 0
      ? []
      : [
          {
            level: "warning",
            text: `No layer could take up ${list([...new Set(kept.map(({ norm }) => norm))])}: made 1×1 depthwise convolutions, which relevance rules treat as layers.`,
          },
        ];
  return [
    {
      level: "fine",
      text: `Folding keeps the function: ${worst.toExponential(1)} in float64, ${single.toExponential(1)} in float32, of the largest logit.`,
    },
    ...rest,
  ];
}

function ofRepetition({ title, change }: Repeated, names: string): Advice {
  const what = `Maps of ${names} moved under folding though they depend on the function alone`;
  return change > EXACT
    ? {
        level: "problem",
        text: `${what}, and those of ${title} in float64 too, by ${changeWords(change)}: a defect. Do not trust any map, and report this.`,
      }
    : {
        level: "warning",
        text: `${what}: at a kink or a tie, rounding decides which way the gradient goes. In float64 those of ${title} stay (${changeWords(change)} on the image that moved most).`,
      };
}

function ofMaps({ explainers, repeated }: Found): Advice[] {
  const measured = explainers.filter(({ change }) => change !== undefined);
  const exact = measured.filter(({ functionOnly }) => functionOnly);
  const names = (of: readonly { readonly title: string }[]) => list(of.map(({ title }) => title));
  const movedAtAll = exact.filter(({ change }) => (change?.largest ?? 0) > ROUNDING);
  const still = exact.filter((e) => !movedAtAll.includes(e));
  const out: Advice[] = repeated ? [ofRepetition(repeated, names(movedAtAll))] : [];
  const unsure = repeated ? [] : movedAtAll;
  const moved = unsure.filter(({ change }) => (change?.median ?? 0) > ROUNDING);
  const some = unsure.filter((e) => !moved.includes(e));
  if (moved.length > 0)
    out.push({
      level: "problem",
      text: `Maps of ${names(moved)} moved under folding though they depend on the function alone: a defect, or gradients that rounding decides. Repeat the audit in float64 (backend "reference") before you trust any map.`,
    });
  if (some.length > 0)
    out.push({
      level: "warning",
      text: `Some maps of ${names(some)} moved under folding though they depend on the function alone: at a kink or a tie, rounding decides which way the gradient goes. In float64 (backend "reference") they stay.`,
    });
  if (still.length > 0)
    out.push({
      level: "fine",
      text: `Maps of ${names(still)} do not move under folding, as they must not.`,
    });
  const drawn = measured.filter(
    ({ functionOnly, change }) => !functionOnly && (change?.median ?? 0) > ROUNDING,
  );
  if (drawn.length > 0)
    out.push({
      level: "warning",
      text: `The same function drawn otherwise gets another map from ${list(drawn.map(({ title, change }) => `${title} (${changeWords(change?.median ?? 0)})`))}: fold first, and compare only maps of folded models.`,
    });
  return out;
}

function ofHarm({ harm }: Found): Advice[] {
  return harm
    .filter(({ total }) => !(total <= ROUNDING))
    .map(({ composite, total, shift, sign, layers }) => {
      if (!(total < DIVERGED))
        return {
          level: "warning" as const,
          text: `Passing over batch norm makes the ${compositeTitles[composite]} map diverge: relevance of s·u + t is divided by u, which is next to 0 where t is not, and that at every norm in turn. Fold first.`,
        };
      const worst = [...layers].sort((a, b) => b.total - a.total)[0];
      const cause =
        sign > 2 * shift
          ? "mostly channels with γ < 0"
          : shift > 2 * sign
            ? "mostly the shift t"
            : "both the shift t and channels with γ < 0";
      return {
        level: "warning" as const,
        text: `Passing over batch norm moves the ${compositeTitles[composite]} map by ${changeWords(total)}: ${cause} (shift ${changeWords(shift)}, sign ${changeWords(sign)}), most at ${list(worst?.norms ?? [])}.`,
      };
    });
}
