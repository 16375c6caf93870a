/** From the facts of a report to its sentences, in one language. The page and the terminal say the same. */

import type {
  Caution,
  Finding,
  ReportClaim,
  ReportContrast,
  ReportData,
  ReportEvidence,
  ReportMeasure,
} from "../report-data.js";
import type { Language } from "./language.js";
import { numbersOf, probability } from "./numbers.js";
import { phrases } from "./phrases.js";

type Facts = Pick<ReportData, "answer" | "claims" | "contrasts" | "measures" | "setup">;

/** So many claims are named in a sentence; more are counted. */
const FEW = 3;

export type Sentences = ReturnType<typeof sentencesOf>;

export function sentencesOf(language: Language, data: Facts) {
  const say = phrases[language];
  const numbers = numbersOf(language);
  const measures = new Map(data.measures.map((measure) => [measure.name, measure]));

  /** What a finding tells of: what decides its claim, or without a claim a contrast with the study's baseline. */
  const contrastOf = ({ measure, arm, claim: name }: Finding): ReportContrast | undefined => {
    if (name === undefined)
      return data.contrasts.find((c) => c.measure === measure && c.arm === arm);
    const claim = data.claims.find((c) => c.claim === name && c.arm === arm);
    return (
      claim?.evidence.find((e) => e.measure === measure && e.verdict === claim.verdict)?.contrast ??
      undefined
    );
  };

  /** "What does batch normalisation do to the network “seed” on glyphs?" */
  const question = (): string => {
    const { arms, model, dataset } = data.setup;
    const others = arms.filter((arm) => !arm.baseline);
    const names = numbers.list(arms.map((arm) => arm.name));
    if (others.length === 0) return say.questionAlone(model.name, dataset.name);
    return others.length === 1 && others[0].norm !== "none"
      ? say.questionEffect(others[0].title[language], model.name, dataset.name)
      : say.questionChoice(names, model.name, dataset.name);
  };

  const intro = (): string => {
    const { arms, seeds, training } = data.setup;
    const networks = arms.length * seeds.length;
    return arms.length === 1
      ? say.introAlone(networks, training.epochs)
      : say.intro(networks, training.epochs, seeds.length, arms.length);
  };

  /** "Validation accuracy rose from 95.1 to 96.4 % with batch (95 % interval +0.9 to +1.6 points)." */
  const finding = (found: Finding): string => {
    const [of, contrast] = [measures.get(found.measure), contrastOf(found)];
    if (of === undefined || contrast === undefined) return say.notMeasured(found.measure);
    const { arm, baselineMean, armMean, difference, interval } = contrast;
    const [from, to] = numbers.pairOf(of, baselineMean, armMean);
    const deed = say.finding(of.title[language], (difference ?? 0) > 0, from, to, arm);
    return `${deed}${interval ? say.range(numbers.range(of, contrast, interval)) : ""}${say.stop}`;
  };

  /** Claims about which nothing was settled, in one sentence, named if they are few; undefined if there are none. */
  const open = (): string | undefined => {
    const titles = data.claims
      .filter(
        ({ verdict, evidence: all }) =>
          verdict === "inconclusive" &&
          all.some(({ primary, undecided }) => primary && undecided !== "notMeasured"),
      )
      .map((claim) => say.quoted(claim.title[language]));
    if (titles.length === 0) return undefined;
    return titles.length > FEW ? say.openMany(titles.length) : say.open(numbers.list(titles));
  };

  /** The difference, or the factor, with its interval. */
  const effect = (of: ReportMeasure, contrast: ReportContrast): string => {
    const change = numbers.change(of, contrast, contrast.difference ?? 0);
    const said = contrast.scale === "ratio" ? say.factor(change) : say.difference(change);
    const range = contrast.interval && say.range(numbers.range(of, contrast, contrast.interval));
    return `${said}${range ?? ""}`;
  };

  /** Why nothing is decided, or from which size on a difference would be worth speaking of. */
  const reason = (
    of: ReportMeasure,
    contrast: ReportContrast,
    { undecided, verdict, margin, expected }: ReportEvidence,
  ): string => {
    if (undecided === "notMeasured") return "";
    if (undecided !== null) return say[undecided];
    return margin !== undefined && (verdict === "negligible" || expected === "equal")
      ? say.margin(numbers.margin(of, contrast, margin))
      : "";
  };
  /** "; published: −17.2 points, ResNet-110, CIFAR-10". */
  const published = (
    of: ReportMeasure,
    contrast: ReportContrast,
    { published: size }: ReportEvidence,
  ): string =>
    size === undefined
      ? ""
      : say.published(
          numbers.published(of, contrast, size.effect),
          size.where,
          size.approximate === true,
        );

  /** The other side of a contrast: an arm, another measure, or a number. */
  const referenceOf = ({ baseline, against, value }: ReportContrast): string => {
    if (value !== undefined) return say.theory;
    return against === undefined
      ? say.withArm(baseline)
      : say.forMeasure(measures.get(against)?.title[language] ?? against);
  };

  /** The same in a word, beside a figure. */
  const referenceName = ({ baseline, against, value }: ReportContrast): string => {
    if (value !== undefined) return say.theory;
    return against === undefined ? baseline : (measures.get(against)?.title[language] ?? against);
  };

  /** What one measure says for a claim. */
  const evidence = (item: ReportEvidence): string => {
    const [of, contrast] = [measures.get(item.measure), item.contrast];
    const title = of?.title[language] ?? item.measure;
    if (!of || !contrast || contrast.armMean === null || contrast.baselineMean === null)
      return say.notMeasured(title);
    const values = say.values({
      title,
      arm: contrast.arm,
      baseline: referenceOf(contrast),
      armMean: numbers.amount(of, contrast.armMean),
      baselineMean: numbers.amount(of, contrast.baselineMean),
    });
    const isOfEquality = item.expected === "equal" || item.verdict === "negligible";
    const tested = isOfEquality ? item.equivalenceP : contrast.holmP;
    const p = item.primary && tested !== null ? say.p(probability(tested)) : "";
    return (
      `${values}${effect(of, contrast)}${say.seeds(contrast.pairs.length)}${p}` +
      `${reason(of, contrast, item)}${published(of, contrast, item)}${say.stop}`
    );
  };

  /** "(of 2 measures 1 for, 1 against)"; nothing where one measure decides. */
  const tally = ({ evidence: all }: ReportClaim): string => {
    const primaries = all.filter(({ primary }) => primary);
    const count = (wanted: string): number =>
      primaries.filter(({ verdict }) => verdict === wanted).length;
    return primaries.length < 2
      ? ""
      : say.tally(primaries.length, count("supported"), count("refuted"));
  };

  const caution = (item: Caution): string => {
    switch (item.kind) {
      case "fewSeeds":
        return say.cautionFewSeeds(item.seeds);
      case "weak":
        return say.cautionWeak(item.seeds, item.measures, item.needed);
      case "missing":
        return say.cautionMissing(item.missing, item.of);
      case "diverged":
        return say.cautionDiverged(
          item.trials.map(({ arm, seed }) => say.trial(arm, seed)).join(say.between),
        );
    }
  };

  return {
    question,
    intro,
    contrastOf,
    finding,
    open,
    referenceName,
    evidence,
    tally,
    caution,
  };
}
