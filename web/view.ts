/** What every section sees: the data, ways to look things up in it, its words, and the arm that is compared. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type {
  ReportArm,
  ReportClaim,
  ReportContrast,
  ReportData,
  ReportMeasure,
} from "../src/report/report-data.js";
import {
  type Language,
  type Numbers,
  numbersOf,
  type Sentences,
  sentencesOf,
  type Text,
} from "../src/report/words/index.js";
import { armColour } from "./colours.js";
import { type Messages, messages } from "./messages/table.js";
import { useSettings } from "./settings.js";

export interface Index {
  readonly data: ReportData;
  readonly baseline: ReportArm;
  /** All arms but the baseline. */
  readonly compared: readonly ReportArm[];
  readonly arm: (name: string) => ReportArm;
  readonly measure: (name: string) => ReportMeasure;
  readonly colour: (arm: string) => string;
  /** The contrasts of an arm whose measures have values, in the order of the measures. */
  readonly contrasts: (arm: string) => readonly ReportContrast[];
  /** Claims of which some deciding measure was taken, and the others. */
  readonly tested: readonly ReportClaim[];
  readonly untested: readonly ReportClaim[];
}

/** The words of the chosen language. */
export interface Words {
  readonly language: Language;
  readonly say: Sentences;
  readonly numbers: Numbers;
  /** A phrase of the data in the chosen language. */
  readonly text: (phrase: Text) => string;
}

export interface View extends Index, Words {
  /** The arm that figures compare with the baseline. */
  readonly selected: ReportArm;
  readonly selectArm: (name: string) => void;
}

export function indexData(data: ReportData): Index {
  const { arms } = data.setup;
  const baseline = arms.find((arm) => arm.baseline) ?? arms[0];
  const measures = new Map(data.measures.map((measure) => [measure.name, measure]));
  const order = new Map(data.measures.map((measure, i) => [measure.name, i]));
  const isTested = ({ evidence }: ReportClaim): boolean =>
    evidence.some(({ primary, undecided }) => primary && undecided !== "notMeasured");
  const place = ({ measure }: ReportContrast): number => order.get(measure) ?? order.size;
  return {
    data,
    baseline,
    compared: arms.filter((arm) => arm !== baseline),
    arm: (name) => arms.find((arm) => arm.name === name) ?? missing("arm", name),
    measure: (name) => measures.get(name) ?? missing("measure", name),
    colour: (name) =>
      armColour(
        Math.max(
          0,
          arms.findIndex((arm) => arm.name === name),
        ),
      ),
    contrasts: (arm) =>
      data.contrasts
        .filter((contrast) => contrast.arm === arm && contrast.pairs.length > 0)
        .sort((a, b) => place(a) - place(b)),
    tested: data.claims.filter(isTested),
    untested: data.claims.filter((claim) => !isTested(claim)),
  };
}

export const wordsFor = (language: Language, data: ReportData): Words => ({
  language,
  say: sentencesOf(language, data),
  numbers: numbersOf(language),
  text: (phrase) => phrase[language],
});

const missing = (what: string, name: string): never => {
  throw new Error(`the data name the ${what} "${name}" but do not describe it`);
};

export const ViewContext = createContext<View | undefined>(undefined);

export function useView(): View {
  const view = useContext(ViewContext);
  if (view === undefined) throw new Error("useView: used outside the page");
  return view;
}

/** The messages of the chosen language. */
export const useMessages = (): Messages => messages[useSettings().language];
