/** The same images explained in every arm, method by method, side by side. */
import { useMemo, useState } from "preact/hooks";
import type { Method } from "../../src/report/report-data.js";
import { gradientOf } from "../colours.js";
import { Heading } from "../kit/badges.js";
import { Choice, Slider, Switch } from "../kit/controls.js";
import { useMessages, useView } from "../view.js";
import { MapRow, type Shown, shownMaps } from "./map-row.js";
import { MapScores } from "./map-scores.js";

type Mode = "seed" | "mean" | "deviation";
const modes: readonly Mode[] = ["seed", "mean", "deviation"];
/** How much of the image shows under a map, in steps of a quarter. */
const shares = [0, 0.25, 0.5, 0.75, 1];

export function Maps() {
  const { data, text } = useView();
  const m = useMessages();
  const seeds = useMemo(() => [...new Set(data.maps.map((map) => map.seed))], [data]);
  const [place, setPlace] = useState(0);
  const [name, setMethod] = useState("all");
  const [mode, setMode] = useState<Mode>("seed");
  const [share, setShare] = useState(0);
  const seed = seeds[place] ?? 0;
  // Moments of training before its end were kept of one seed; the last place is the end itself.
  const moments = data.moments.filter(({ maps }) => maps.some((map) => map.seed === seed));
  const [back, setBack] = useState(0);
  const moment = mode === "seed" ? moments.at(-back) : undefined;
  const methods = name === "all" ? data.methods : data.methods.filter((each) => each.name === name);
  const shown = useMemo(() => {
    const earlier = back > 0 ? moment?.maps : undefined;
    return shownMaps({ ...data, maps: earlier ?? data.maps }, mode, seed);
  }, [data, mode, seed, back, moment]);
  if (methods.length === 0 || data.pictures.length === 0)
    return (
      <>
        <Heading id="maps" title={m.maps.title} />
        <p class="empty">{m.maps.none}</p>
      </>
    );
  const all = { value: "all", title: m.maps.allMethods };
  const each = data.methods.map((known) => ({ value: known.name, title: text(known.title) }));
  return (
    <>
      <Heading id="maps" title={m.maps.title}>
        {m.maps.intro}
      </Heading>
      <div class="controls">
        {data.spreads.length > 0 && (
          <Switch
            label={m.maps.mode}
            value={mode}
            choices={modes.map((value) => ({ value, title: m.maps.modes[value] }))}
            onChange={setMode}
          />
        )}
        {mode === "seed" && (
          <Slider
            label={m.page.seed}
            value={place}
            titles={seeds.map((s) => `${s}`)}
            onChange={setPlace}
          />
        )}
        {mode === "seed" && (
          <Slider
            label={m.maps.moment}
            value={moments.length - Math.min(back, moments.length)}
            titles={[...moments.map(({ epoch }) => m.maps.afterEpoch(epoch)), m.maps.atTheEnd]}
            onChange={(at) => setBack(moments.length - at)}
          />
        )}
        <Choice
          label={m.maps.method}
          value={name}
          choices={each.length > 1 ? [all, ...each] : each}
          onChange={setMethod}
        />
        <Slider
          label={m.maps.under}
          value={share}
          titles={shares.map((s) => `${100 * s} %`)}
          onChange={setShare}
        />
      </div>
      {mode !== "seed" && <p class="intro mode">{m.maps.modeIntro[mode]}</p>}
      <Scales methods={methods} mode={mode} />
      <Gallery methods={methods} shown={shown} share={shares[share]} />
      {seeds.length < data.setup.seeds.length && (
        <p class="note">{m.maps.kept(seeds.length, data.setup.seeds.length)}</p>
      )}
      <MapScores methods={methods} />
    </>
  );
}

interface GalleryProps {
  readonly methods: readonly Method[];
  readonly shown: Shown;
  readonly share: number;
}

function Gallery({ methods, shown, share }: GalleryProps) {
  const { data } = useView();
  const columns = 2 + methods.length * data.setup.arms.length;
  return (
    <div class={`gallery ${columns > 4 ? "wide" : ""}`}>
      {data.pictures.map((picture) => (
        <MapRow
          key={picture.image}
          picture={picture}
          methods={methods}
          shown={shown}
          share={share}
        />
      ))}
    </div>
  );
}

/** What the colours mean. */
function Scales({ methods, mode }: { methods: readonly Method[]; mode: Mode }) {
  const m = useMessages().maps;
  const scales =
    mode === "deviation"
      ? (["sequential"] as const)
      : [...new Set(methods.map(({ scale }) => scale))];
  return (
    <div class="scales">
      {scales.map((scale) => {
        const [low, high] = mode === "deviation" ? m.deviationScale : m.scales[scale];
        return (
          <p class="scale" key={scale}>
            {low}
            <span style={{ background: gradientOf(scale) }} aria-hidden="true" />
            {high}
          </p>
        );
      })}
    </div>
  );
}
