/** How much the loss jumps from batch to batch. */
import { useCallback, useState } from "preact/hooks";
import { Figure } from "../figures/figure.js";
import { lines } from "../figures/lines.js";
import { plain } from "../format.js";
import { ArmLegend, Choice, Heading } from "../parts.js";
import { useView } from "../view.js";
import { PairPanels } from "./pairs.js";

export function Noise() {
  const { data, colour, contrasts, selected, measure } = useView();
  const { every, trials } = data.steps;
  const seeds = [...new Set(trials.map((trial) => trial.seed))];
  const [seed, setSeed] = useState(seeds[0] ?? 0);
  const shown = trials.filter((trial) => trial.seed === seed);
  const draw = useCallback(
    (width: number) =>
      lines(
        trials
          .filter((trial) => trial.seed === seed)
          .map((trial) => ({
            arm: trial.arm,
            colour: colour(trial.arm),
            dashed: false,
            mean: [],
            seeds: [trial.loss],
          })),
        {
          title: "loss of batches",
          x: (i) => (i + 1) * every,
          xLabel: "step",
          log: true,
          height: 260,
          format: plain,
          solid: true,
        },
        width,
      ),
    [trials, every, seed, colour],
  );
  const dynamics = contrasts(selected.name).filter((c) => measure(c.measure).family === "dynamics");
  const ends = shown.map((trial) => `${trial.arm} ends at ${plain(trial.loss.at(-1) ?? null)}`);
  return (
    <>
      <Heading id="noise" title="Noise between batches">
        The training loss of one seed,{" "}
        {every === 1 ? "batch by batch" : `in means of ${every} batches`}: the two arms see the same
        batches in the same order, so what differs in the jitter is the normalisation.
      </Heading>
      <div class="controls">
        <Choice
          label="Seed"
          value={`${seed}`}
          choices={seeds.map((s) => ({ value: `${s}`, title: `${s}` }))}
          onChange={(value) => setSeed(Number(value))}
        />
        <ArmLegend solid />
      </div>
      <Figure
        draw={draw}
        label={`Training loss over steps, seed ${seed}; ${ends.join(", ")}`}
        caption="Logarithmic scale, so that equal jumps are equal factors."
      />
      {dynamics.length > 0 && <PairPanels contrasts={dynamics} />}
    </>
  );
}
