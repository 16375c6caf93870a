/** The BN microscope: one channel of one norm, as a distribution and as arithmetic that can be followed pixel by pixel. */
import { useMemo, useState } from "preact/hooks";
import type { ReportPicture, Microscope as Slide } from "../../src/report/report-data.js";
import { type Axes, axes, axesHeight } from "../figures/axes.js";
import type { Frame } from "../figures/frame.js";
import { channelValues, FeatureMap, Picture } from "../figures/pixels.js";
import { Heading } from "../kit/badges.js";
import { Choice, Slider } from "../kit/controls.js";
import { Figure } from "../kit/figure.js";
import { Framed, movedPoint, type Point, pointOf } from "../kit/pixel-cursor.js";
import { useMessages, useView } from "../view.js";
import { Arithmetic } from "./arithmetic.js";

type CloseUp = Slide["closeUps"][number];
type Channel = CloseUp["stored"][number];

export function Microscope() {
  const { data } = useView();
  const m = useMessages().microscope;
  const slides = data.microscopes;
  const [armName, setArm] = useState(slides[0]?.arm ?? "");
  const [normName, setNorm] = useState("");
  const [place, setPlace] = useState(0);
  const slide = slides.find(({ arm }) => arm === armName) ?? slides[0];
  const closeUp = slide.closeUps.find(({ norm }) => norm === normName) ?? slide.closeUps[0];
  const row = Math.min(place, closeUp.stored.length - 1);
  const picture = data.pictures.find(({ image }) => image === closeUp.image);
  return (
    <>
      <Heading id="microscope" title={m.title}>
        {m.intro}
      </Heading>
      <div class="controls">
        <Choice
          label={m.arm}
          value={slide.arm}
          choices={slides.map(({ arm }) => ({ value: arm, title: arm }))}
          onChange={setArm}
        />
        <Choice
          label={m.layer}
          value={closeUp.norm}
          choices={slide.closeUps.map(({ norm }) => ({ value: norm, title: norm }))}
          onChange={setNorm}
        />
        <Slider
          label={m.channel}
          value={row}
          titles={closeUp.stored.map(({ channel }) => `${channel}`)}
          onChange={setPlace}
        />
      </div>
      <p class="note">
        {m.where(slide.arm, slide.seed, closeUp.norm, closeUp.order)}{" "}
        {closeUp.stored.length < closeUp.channels &&
          m.kept(closeUp.stored.length, closeUp.channels)}
      </p>
      {closeUp.stored[row] && (
        <ChannelView arm={slide.arm} closeUp={closeUp} row={row} picture={picture} />
      )}
    </>
  );
}

interface ChannelProps {
  readonly arm: string;
  readonly closeUp: CloseUp;
  readonly row: number;
  readonly picture: ReportPicture | undefined;
}

function ChannelView({ arm, closeUp, row, picture }: ChannelProps) {
  const { colour } = useView();
  const m = useMessages().microscope;
  const channel = closeUp.stored[row];
  const [H, W] = closeUp.shape;
  const [chosen, setPoint] = useState<Point>();
  const values = useMemo(() => channelValues(closeUp, row), [closeUp, row]);
  const strongest = useMemo(() => brightest(values, W), [values, W]);
  const point = chosen && chosen.x < W && chosen.y < H ? chosen : strongest;
  const x = values[point.y * W + point.x] ?? channel.mean;
  const facts = useMemo(
    () => axesOf(closeUp, channel, x, colour(arm)),
    [closeUp, channel, x, arm, colour],
  );
  const draw = useMemo(() => (frame: Frame) => axes(facts, frame), [facts]);
  const move = (event: KeyboardEvent) => {
    const moved = movedPoint(point, event.key, H, W);
    if (moved === undefined) return;
    event.preventDefault();
    setPoint(moved === "away" ? undefined : moved);
  };
  const choose = (event: PointerEvent) => {
    const found = pointOf(event, H, W);
    if (found) setPoint(found);
  };
  return (
    <div class="microscope">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls */}
      <div
        class="slides"
        role="group"
        aria-label={m.pick}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the pixel that is followed
        tabIndex={0}
        onPointerDown={choose}
        onPointerMove={(event) => event.buttons > 0 && choose(event)}
        onKeyDown={move}
      >
        {picture && (
          <div class="tile">
            <Picture picture={picture} label={m.image(picture.image, picture.label)} />
            <span>{m.image(picture.image, picture.label)}</span>
          </div>
        )}
        <div class="tile">
          <Framed point={point} height={H} width={W}>
            <FeatureMap
              values={values}
              shape={[H, W]}
              range={channel}
              label={m.map(channel.channel)}
            />
          </Framed>
          <span>{m.map(channel.channel)}</span>
          <small>{m.pick}</small>
        </div>
      </div>
      <Figure
        name={`microscope-${closeUp.norm}-${channel.channel}`}
        draw={draw}
        height={axesHeight}
        label={m.figure(closeUp.norm, channel.channel)}
        caption={m.caption}
        numbers={() => numbersOf(channel, facts, m)}
      />
      <Arithmetic closeUp={closeUp} channel={channel} x={x} point={point} />
    </div>
  );
}

/** The pixel with the largest value. */
function brightest(values: ArrayLike<number>, W: number): Point {
  let best = 0;
  for (let p = 1; p < values.length; p++) if (values[p] > values[best]) best = p;
  return { x: best % W, y: Math.floor(best / W) };
}

const axesOf = (closeUp: CloseUp, channel: Channel, at: number, colour: string): Axes => ({
  low: channel.low,
  high: channel.high,
  counts: channel.counts,
  mean: channel.mean,
  deviation: Math.sqrt(channel.variance + closeUp.epsilon),
  gamma: channel.gamma,
  beta: channel.beta,
  at,
  colour,
});

/** A row per bin, its edges on all three axes. */
function numbersOf(
  { counts, low, high }: Channel,
  { mean, deviation, gamma, beta }: Axes,
  m: { readonly count: string; readonly from: string; readonly to: string },
) {
  const width = (high - low) / counts.length;
  const z = (x: number): number => (x - mean) / deviation;
  const titles = ["x", "z", "y"].flatMap((axis) => [`${axis} ${m.from}`, `${axis} ${m.to}`]);
  return {
    columns: [...titles, m.count].map((title) => ({ title })),
    rows: counts.map((n, i) => {
      const edges = [low + i * width, low + (i + 1) * width];
      return [...edges, ...edges.map(z), ...edges.map((x) => gamma * z(x) + beta), n];
    }),
  };
}
