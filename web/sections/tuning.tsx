/** What was tried for settings that each arm may choose for itself. */
import { useMemo } from "preact/hooks";
import type { Tuning as Facts } from "../../src/report/report-data.js";
import { percent } from "../../src/report/words/index.js";
import type { Frame } from "../figures/frame.js";
import { tuning, tuningHeight } from "../figures/tuning.js";
import { ArmLegend } from "../kit/badges.js";
import { Figure } from "../kit/figure.js";
import { useMessages, useView } from "../view.js";

export function Tuning() {
  const { data } = useView();
  const m = useMessages().training;
  const settings = [...new Set(data.tuning.map(({ setting }) => setting))];
  if (settings.length === 0) return null;
  return (
    <div class="part">
      <h3>{m.tuning}</h3>
      <p class="intro">{m.tuningIntro}</p>
      <ArmLegend />
      <div class="panels">
        {settings.map((setting) => (
          <Tried
            key={setting}
            setting={setting}
            arms={data.tuning.filter((each) => each.setting === setting)}
          />
        ))}
      </div>
    </div>
  );
}

interface TriedProps {
  readonly setting: Facts["setting"];
  readonly arms: readonly Facts[];
}

function Tried({ setting, arms }: TriedProps) {
  const { arm: armOf, colour, numbers } = useView();
  const m = useMessages().training;
  const title = m.settings[setting];
  const draw = useMemo(() => {
    const facts = {
      arms: arms.map((each) => ({
        ...each,
        colour: colour(each.arm),
        dashed: armOf(each.arm).baseline,
      })),
      xLabel: title,
      diverged: m.diverged,
      formatX: String,
      formatY: percent,
    };
    return (frame: Frame) => tuning(facts, frame);
  }, [arms, title, armOf, colour, m]);
  const chosen = arms.map(({ arm, chosen }) => `${arm} ${chosen}`);
  const edge = arms.filter(({ atEdge }) => atEdge).map(({ arm }) => arm);
  const values = [...new Set(arms.flatMap(({ tried }) => tried.map(({ value }) => value)))];
  return (
    <div>
      <h4>{title}</h4>
      <Figure
        name={`tuning-${setting}`}
        draw={draw}
        height={tuningHeight}
        label={m.tuningLabel(title, numbers.list(chosen))}
        caption={
          <>
            {m.chosen(numbers.list(chosen))} {edge.length > 0 && m.atEdge(numbers.list(edge))}
          </>
        }
        numbers={() => ({
          columns: [
            { title },
            ...arms.map(({ arm }) => ({ title: arm, show: (v: number) => percent(v) })),
          ],
          rows: values
            .sort((a, b) => a - b)
            .map((value) => [
              value,
              ...arms.map(({ tried }) => {
                const found = tried.find((each) => each.value === value);
                return found && found.accuracy === null ? m.diverged : (found?.accuracy ?? null);
              }),
            ]),
        })}
      />
    </div>
  );
}
