/** The raw pairs behind every contrast. */
import { useCallback } from "preact/hooks";
import type { ReportContrast } from "../../src/report/report-data.js";
import { Drawing, NumbersTable } from "../figures/figure.js";
import { slopes } from "../figures/slopes.js";
import { amount, changeWithInterval } from "../format.js";
import { ArmChoice, Heading, ReadingBadge } from "../parts.js";
import { useView } from "../view.js";

export function Pairs() {
  const { selected, baseline, contrasts } = useView();
  return (
    <>
      <Heading id="pairs" title="Seed by seed">
        Every line is one seed: {baseline.name} on the left, {selected.name} on the right; the bars
        are the means. If most lines lean the same way, the effect does not hang on a lucky seed.
      </Heading>
      <ArmChoice />
      <PairPanels contrasts={contrasts(selected.name)} />
    </>
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

const directions = {
  higher: "higher is better",
  lower: "lower is better",
  neither: "no better side",
} as const;

function PairPanel({ contrast }: { contrast: ReportContrast }) {
  const { measure, colour } = useView();
  const of = measure(contrast.measure);
  const draw = useCallback(
    (width: number) =>
      slopes(
        {
          baseline: {
            name: contrast.baseline,
            colour: colour(contrast.baseline),
            mean: contrast.baselineMean,
          },
          arm: { name: contrast.arm, colour: colour(contrast.arm), mean: contrast.armMean },
          pairs: contrast.pairs,
          log: contrast.scale === "ratio",
          format: (v) => amount({ unit: of.unit === "share" ? "share" : "" }, v),
        },
        width,
      ),
    [contrast, colour, of],
  );
  const higher = contrast.pairs.filter((pair) => pair.difference > 0).length;
  const label = `${of.title}: ${higher} of ${contrast.pairs.length} seeds higher with ${contrast.arm}`;
  return (
    <figure class="pair-panel">
      <p class="family">{of.family}</p>
      <h4>
        {of.title}
        {of.unit !== "" && of.unit !== "share" && <small> in {of.unit}</small>}
      </h4>
      <p class="question">{of.question}</p>
      <Drawing draw={draw} label={label} />
      <figcaption>
        <ReadingBadge reading={contrast.reading} /> {changeWithInterval(of, contrast)}
        <small>
          {higher} of {contrast.pairs.length} seeds higher · {directions[of.better]}
          {of.reference !== "" && ` · ${of.reference}`}
        </small>
      </figcaption>
      <NumbersTable
        title={label}
        numbers={{
          columns: ["seed", contrast.baseline, contrast.arm],
          rows: contrast.pairs.map((pair) => [
            `${pair.seed}`,
            amount(of, pair.baseline),
            amount(of, pair.arm),
          ]),
        }}
      />
    </figure>
  );
}
