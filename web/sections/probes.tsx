/** Training from inside: the distribution of activations layer by layer, and the loss around training's path. */
import { useMemo, useState } from "preact/hooks";
import type { Probes as Facts, Ridge } from "../../src/report/report-data.js";
import { plain } from "../../src/report/words/index.js";
import type { Frame } from "../figures/frame.js";
import { lines } from "../figures/lines.js";
import { ridges, ridgesHeight } from "../figures/ridges.js";
import { ArmLegend, Heading, Swatch } from "../kit/badges.js";
import { Slider } from "../kit/controls.js";
import { Figure } from "../kit/figure.js";
import { useMessages, useView } from "../view.js";

export function Probes() {
  const { probes } = useView().data;
  const m = useMessages().probes;
  if (probes === undefined) return null;
  return (
    <>
      <Heading id="probes" title={m.title}>
        {m.intro}
      </Heading>
      {probes.activations.length > 0 && <Activations layers={probes.activations} />}
      {probes.landscape && <Landscape facts={probes.landscape} />}
    </>
  );
}

function Activations({ layers }: { layers: Facts["activations"] }) {
  const m = useMessages().probes;
  const [place, setPlace] = useState(0);
  const { layer, arms } = layers[place] ?? layers[0];
  return (
    <div class="part">
      <h3>{m.activations}</h3>
      <p class="intro">{m.activationsIntro}</p>
      <div class="controls">
        <Slider
          label={m.layer}
          value={place}
          titles={layers.map((each) => each.layer)}
          onChange={setPlace}
        />
      </div>
      {(["into", "out"] as const).map((side) => (
        <Side key={side} side={side} layer={layer} arms={arms} />
      ))}
    </div>
  );
}

interface SideProps {
  readonly side: "into" | "out";
  readonly layer: string;
  readonly arms: Facts["activations"][number]["arms"];
}

/** The arms beside each other, before the ReLU or behind it. */
function Side({ side, layer, arms }: SideProps) {
  const m = useMessages().probes;
  const domain = useMemo(() => domainOf(arms.flatMap((arm) => arm[side])), [arms, side]);
  if (arms.every((arm) => arm[side].length === 0)) return null;
  return (
    <div class="side">
      <h4>{m.sides[side](layer)}</h4>
      <div class={arms.length > 2 ? "panels three" : "panels"}>
        {arms.map((each) => (
          <Layer
            key={each.arm}
            name={`${side}-${layer}`}
            title={m.sides[side](layer)}
            domain={domain}
            arm={each.arm}
            seed={each.seed}
            ridges={each[side]}
          />
        ))}
      </div>
    </div>
  );
}

/** Within four deviations of all means: rare values far out would flatten everything. */
function domainOf(all: readonly Ridge[]): [number, number] {
  const lows = all.map(({ low, mean, deviation }) =>
    Math.max(low, (mean ?? 0) - 4 * (deviation ?? 0)),
  );
  const highs = all.map(({ high, mean, deviation }) =>
    Math.min(high, (mean ?? 0) + 4 * (deviation ?? 0)),
  );
  const [low, high] = [Math.min(0, ...lows), Math.max(0, ...highs)];
  return high > low ? [low, high] : [low - 1, high + 1];
}

interface LayerProps {
  /** Of its files. */
  readonly name: string;
  readonly title: string;
  readonly arm: string;
  readonly seed: number;
  readonly ridges: readonly Ridge[];
  readonly domain: readonly [number, number];
}

function Layer({ name, title, arm, seed, ridges: all, domain }: LayerProps) {
  const { colour } = useView();
  const m = useMessages().probes;
  const draw = useMemo(() => {
    const options = { domain, colour: colour(arm), xLabel: m.activation, stepLabel: m.step };
    return (frame: Frame) => ridges({ ridges: all, ...options }, frame);
  }, [all, domain, arm, colour, m]);
  const last = all.at(-1);
  return (
    <div>
      <p class="ridges-of">
        <Swatch arm={arm} /> <b>{arm}</b> {m.ofSeed(seed)}
      </p>
      <Figure
        name={`activations-${arm}-${name}`}
        draw={draw}
        height={ridgesHeight(all.length)}
        label={m.activationsLabel(
          title,
          arm,
          plain(last?.mean ?? null),
          plain(last?.deviation ?? null),
        )}
        numbers={() => ({
          columns: [m.stepColumn, m.mean, m.deviation, m.least, m.largest].map((title) => ({
            title,
          })),
          rows: all.map(({ step, mean, deviation, low, high }) => [
            step,
            mean,
            deviation,
            low,
            high,
          ]),
        })}
      />
    </div>
  );
}

type Aspect = "loss" | "predictiveness" | "smoothness";
const aspects: readonly Aspect[] = ["loss", "predictiveness", "smoothness"];

function Landscape({ facts }: { facts: NonNullable<Facts["landscape"]> }) {
  const m = useMessages().probes;
  return (
    <div class="part">
      <h3>{m.landscape}</h3>
      <p class="intro">{m.landscapeIntro}</p>
      <ArmLegend />
      <div class="panels three">
        {aspects.map((aspect) => (
          <Around key={aspect} aspect={aspect} facts={facts} />
        ))}
      </div>
    </div>
  );
}

function Around({ aspect, facts }: { aspect: Aspect; facts: NonNullable<Facts["landscape"]> }) {
  const { arm: armOf, colour, numbers } = useView();
  const m = useMessages().probes;
  const draw = useMemo(() => {
    const drawn = facts.arms.map((each) => ({
      arm: each.arm,
      colour: colour(each.arm),
      dashed: armOf(each.arm).baseline,
      mean: each[aspect],
      // The band of the loss spans what it is along the gradient.
      seeds: aspect === "loss" ? [each.low, each.high] : [],
    }));
    const options = { xLabel: m.stepColumn, log: true, format: plain };
    return (frame: Frame) => lines(drawn, { ...options, x: (i) => facts.step[i] ?? 0 }, frame);
  }, [facts, aspect, colour, armOf, m]);
  const ends = facts.arms.map((each) => `${each.arm} ${plain(each[aspect].at(-1) ?? null)}`);
  return (
    <div>
      <h3>{m.aspects[aspect]}</h3>
      <Figure
        name={`landscape-${aspect}`}
        draw={draw}
        height={230}
        label={m.landscapeLabel(m.aspects[aspect], numbers.list(ends))}
        numbers={() => ({
          columns: [
            { title: m.stepColumn },
            ...facts.arms.flatMap(({ arm }) =>
              aspect === "loss"
                ? [
                    { title: arm },
                    { title: `${arm}, ${m.least}` },
                    { title: `${arm}, ${m.largest}` },
                  ]
                : [{ title: arm }],
            ),
          ],
          rows: facts.step.map((step, i) => [
            step,
            ...facts.arms.flatMap((each) =>
              (aspect === "loss" ? [each.loss, each.low, each.high] : [each[aspect]]).map(
                (values) => values[i] ?? null,
              ),
            ),
          ]),
        })}
      />
    </div>
  );
}
