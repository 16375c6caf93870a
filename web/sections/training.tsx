/** How the arms learn: loss and accuracy over epochs, on training and validation images. */
import { useCallback } from "preact/hooks";
import type { Curve } from "../../src/report/report-data.js";
import { Figure, type Numbers } from "../figures/figure.js";
import { lines } from "../figures/lines.js";
import { percent, plain } from "../format.js";
import { ArmLegend, Heading } from "../parts.js";
import { useView } from "../view.js";

const splits = { train: "training images", validation: "validation images" } as const;

export function Training() {
  const { data } = useView();
  return (
    <>
      <Heading id="training" title="How they learned">
        Thin lines are single seeds, thick lines their mean. On training images the values are
        running ones, taken while the weights change and with the statistics of the batch; on
        validation images they are taken after each epoch with the running statistics, as in use.
      </Heading>
      <ArmLegend />
      <div class="panels">
        {data.curves.map((curve) => (
          <Panel key={`${curve.quantity} ${curve.split}`} curve={curve} />
        ))}
      </div>
    </>
  );
}

function Panel({ curve }: { curve: Curve }) {
  const { colour, arm } = useView();
  const isShare = curve.quantity === "accuracy";
  const format = isShare ? (v: number | null) => percent(v) : plain;
  const draw = useCallback(
    (width: number) =>
      lines(
        curve.arms.map((entry) => ({
          ...entry,
          colour: colour(entry.arm),
          dashed: arm(entry.arm).baseline,
        })),
        {
          title: curve.quantity,
          x: (i) => i + 1,
          xLabel: "epoch",
          percent: isShare,
          log: !isShare,
          format,
        },
        width,
      ),
    [curve, colour, arm, isShare, format],
  );
  const title = `${isShare ? "Accuracy" : "Loss"} on ${splits[curve.split]}`;
  const last = curve.arms.map((entry) => `${entry.arm} ${format(entry.mean.at(-1) ?? null)}`);
  const numbers: Numbers = {
    columns: ["epoch", ...curve.arms.map((entry) => entry.arm)],
    rows: (curve.arms[0]?.mean ?? []).map((_, i) => [
      `${i + 1}`,
      ...curve.arms.map((entry) => format(entry.mean[i] ?? null)),
    ]),
  };
  return (
    <div>
      <h3>{title}</h3>
      <Figure
        draw={draw}
        label={`${title} over epochs; mean after the last epoch: ${last.join(", ")}`}
        numbers={numbers}
      />
    </div>
  );
}
