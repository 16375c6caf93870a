/** How the arms learn: loss and accuracy over epochs, on training and validation images; loss from batch to batch. */
import { useMemo } from "preact/hooks";
import type { Curve } from "../../src/report/report-data.js";
import { percent, plain } from "../../src/report/words/index.js";
import type { Frame } from "../figures/frame.js";
import { lines } from "../figures/lines.js";
import { ArmLegend, Heading } from "../kit/badges.js";
import { Figure } from "../kit/figure.js";
import type { Numbers } from "../kit/table.js";
import { useMessages, useView } from "../view.js";
import { Noise } from "./noise.js";
import { Tuning } from "./tuning.js";

export function Training() {
  const { data } = useView();
  const m = useMessages().training;
  return (
    <>
      <Heading id="training" title={m.title}>
        {m.intro}
      </Heading>
      <ArmLegend />
      <div class="panels">
        {data.curves.map((curve) => (
          <Panel key={`${curve.quantity} ${curve.split}`} curve={curve} />
        ))}
      </div>
      <Noise />
      <Tuning />
    </>
  );
}

const show = {
  accuracy: (value: number | null) => percent(value),
  loss: plain,
} as const;

function Panel({ curve }: { curve: Curve }) {
  const { colour, arm, numbers } = useView();
  const m = useMessages().training;
  const { quantity, split, arms } = curve;
  const format = show[quantity];
  const draw = useMemo(() => {
    const facts = arms.map((entry) => ({
      ...entry,
      colour: colour(entry.arm),
      dashed: arm(entry.arm).baseline,
    }));
    const isShare = quantity === "accuracy";
    const options = { xLabel: m.epoch, percent: isShare, log: !isShare, format };
    return (frame: Frame) => lines(facts, { ...options, x: (i) => i + 1 }, frame);
  }, [arms, quantity, colour, arm, format, m]);
  const title = m.panel(m.quantity[quantity], split);
  const last = arms.map((entry) => `${entry.arm} ${format(entry.mean.at(-1) ?? null)}`);
  return (
    <div>
      <h3>{title}</h3>
      <Figure
        name={`${quantity}-${split}`}
        draw={draw}
        height={230}
        label={m.label(title, numbers.list(last))}
        numbers={() => curveNumbers(curve, m, format)}
      />
    </div>
  );
}

/** Epoch by epoch the mean of each arm, then every seed. */
function curveNumbers(
  { arms }: Curve,
  m: {
    epoch: string;
    mean: (arm: string) => string;
    seedOf: (arm: string, seed: number) => string;
  },
  format: (value: number | null) => string,
): Numbers {
  const columns = arms.flatMap((entry) => [
    { title: m.mean(entry.arm), values: entry.mean },
    ...entry.seeds.map((values, i) => ({ title: m.seedOf(entry.arm, i), values })),
  ]);
  return {
    columns: [{ title: m.epoch }, ...columns.map(({ title }) => ({ title, show: format }))],
    rows: (arms[0]?.mean ?? []).map((_, epoch) => [
      epoch + 1,
      ...columns.map(({ values }) => values[epoch] ?? null),
    ]),
  };
}
