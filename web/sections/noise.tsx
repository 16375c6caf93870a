/** How much the loss jumps from batch to batch. */
import { useMemo, useState } from "preact/hooks";
import { plain } from "../../src/report/words/index.js";
import type { Frame } from "../figures/frame.js";
import { lines } from "../figures/lines.js";
import { ArmLegend } from "../kit/badges.js";
import { Slider } from "../kit/controls.js";
import { Figure } from "../kit/figure.js";
import { useMessages, useView } from "../view.js";

export function Noise() {
  const { data, colour, numbers } = useView();
  const m = useMessages();
  const { every, trials } = data.steps;
  const seeds = useMemo(() => [...new Set(trials.map((trial) => trial.seed))], [trials]);
  const [place, setPlace] = useState(0);
  const seed = seeds[place] ?? 0;
  const shown = useMemo(() => trials.filter((trial) => trial.seed === seed), [trials, seed]);
  const draw = useMemo(() => {
    const facts = shown.map(({ arm, loss }) => ({
      arm,
      colour: colour(arm),
      dashed: false,
      mean: [],
      seeds: [loss],
    }));
    const options = { xLabel: m.training.step, log: true, height: 260, format: plain, solid: true };
    return (frame: Frame) => lines(facts, { ...options, x: (i) => (i + 1) * every }, frame);
  }, [shown, every, colour, m]);
  if (trials.length === 0) return null;
  const ends = shown.map((trial) => `${trial.arm} ${plain(trial.loss.at(-1) ?? null)}`);
  const longest = Math.max(...shown.map(({ loss }) => loss.length));
  return (
    <div class="part">
      <h3>{m.training.noise}</h3>
      <p class="intro">{m.training.noiseIntro(every)}</p>
      <div class="controls">
        <Slider
          label={m.page.seed}
          value={place}
          titles={seeds.map((s) => `${s}`)}
          onChange={setPlace}
        />
        <ArmLegend solid />
      </div>
      <Figure
        name={`noise-seed-${seed}`}
        draw={draw}
        height={260}
        label={m.training.noiseLabel(seed, numbers.list(ends))}
        caption={m.training.noiseCaption}
        numbers={() => ({
          columns: [{ title: m.training.step }, ...shown.map(({ arm }) => ({ title: arm }))],
          rows: Array.from({ length: longest }, (_, i) => [
            (i + 1) * every,
            ...shown.map(({ loss }) => loss[i] ?? null),
          ]),
        })}
      />
    </div>
  );
}
