/** The raw pairs behind a contrast. */
import { useMemo } from "preact/hooks";
import type { ReportContrast } from "../../src/report/report-data.js";
import { termOf, terms } from "../../src/report/words/index.js";
import type { Frame } from "../figures/frame.js";
import { type Slopes, slopes } from "../figures/slopes.js";
import { ReadingBadge } from "../kit/badges.js";
import { Drawing } from "../kit/drawing.js";
import { FigureFiles } from "../kit/figure.js";
import type { Numbers } from "../kit/table.js";
import { useMessages, useView } from "../view.js";

/** What the figures of pairs draw. */
export function useSlopes(contrast: ReportContrast): Slopes {
  const { measure, colour, numbers, say } = useView();
  const { unit } = measure(contrast.measure);
  return useMemo(
    () => ({
      baseline: {
        name: say.referenceName(contrast),
        colour: colour(contrast.baseline),
        mean: contrast.baselineMean,
      },
      arm: { name: contrast.arm, colour: colour(contrast.arm), mean: contrast.armMean },
      pairs: contrast.pairs,
      log: contrast.scale === "ratio",
      format: (v: number) => numbers.amount({ unit: unit === "share" ? unit : "" }, v),
    }),
    [contrast, colour, numbers, say, unit],
  );
}

export function PairPanels({ contrasts }: { contrasts: readonly ReportContrast[] }) {
  return (
    <div class="pair-panels">
      {contrasts.map((contrast) => (
        <PairPanel key={`${contrast.measure} ${contrast.arm}`} contrast={contrast} />
      ))}
    </div>
  );
}

function PairPanel({ contrast }: { contrast: ReportContrast }) {
  const { measure, numbers, text, language } = useView();
  const m = useMessages().effects;
  const of = measure(contrast.measure);
  const facts = useSlopes(contrast);
  const draw = useMemo(() => (frame: Frame) => slopes(facts, frame), [facts]);
  const n = contrast.pairs.length;
  const higher = contrast.pairs.filter((pair) => pair.difference > 0).length;
  const label = m.pairLabel(text(of.title), higher, n, contrast.arm);
  const words = terms[language];
  return (
    <figure class="pair-panel">
      <h4>
        {text(of.title)}
        {of.unit !== "" && of.unit !== "share" && <small> {termOf(words.units, of.unit)}</small>}
      </h4>
      <p class="question">{text(of.question)}</p>
      <Drawing draw={draw} label={label} height={168} />
      <figcaption>
        <ReadingBadge reading={contrast.reading} /> {numbers.changeWithInterval(of, contrast)}
        <small>
          {m.higherSeeds(higher, n)} · {words.better[of.better]}
        </small>
      </figcaption>
      <FigureFiles
        name={`pairs-${contrast.measure}-${contrast.arm}`.replace(/[^\w-]+/g, "-")}
        title={label}
        numbers={() => pairNumbers(contrast, m.columns.seed, (v) => numbers.amount(of, v))}
      />
    </figure>
  );
}

const pairNumbers = (
  { baseline, arm, pairs }: ReportContrast,
  seed: string,
  show: (value: number) => string,
): Numbers => ({
  columns: [
    { title: seed, show: (n) => `${n}` },
    { title: baseline, show },
    { title: arm, show },
  ],
  rows: pairs.map((pair) => [pair.seed, pair.baseline, pair.arm]),
});
