/** What every section sees: the data, ways to look things up in it, and the arm that is compared. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type {
  ReportArm,
  ReportContrast,
  ReportData,
  ReportMeasure,
} from "../src/report/report-data.js";
import { armColour } from "./colours.js";

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
}

export interface View extends Index {
  /** The arm that figures compare with the baseline. */
  readonly selected: ReportArm;
  readonly selectArm: (name: string) => void;
}

export function indexData(data: ReportData): Index {
  const { arms } = data.setup;
  const baseline = arms.find((arm) => arm.baseline) ?? arms[0];
  const measures = new Map(data.measures.map((measure) => [measure.name, measure]));
  const order = data.measures.map((measure) => measure.name);
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
        .sort((a, b) => order.indexOf(a.measure) - order.indexOf(b.measure)),
  };
}

const missing = (what: string, name: string): never => {
  throw new Error(`the data name the ${what} "${name}" but do not describe it`);
};

export const ViewContext = createContext<View | undefined>(undefined);

export function useView(): View {
  const view = useContext(ViewContext);
  if (view === undefined) throw new Error("useView: used outside the page");
  return view;
}
