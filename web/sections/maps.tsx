/** The same images explained in every arm, side by side. */
import { useState } from "preact/hooks";
import type { Method, ReportMap, ReportPicture } from "../../src/report/report-data.js";
import { plain } from "../../src/report/words/index.js";
import { gradientOf } from "../colours.js";
import { AttributionMap, Mask, Picture } from "../figures/pixels.js";
import { Heading, Swatch } from "../kit/badges.js";
import { Choice, Slider } from "../kit/controls.js";
import { useMessages, useView } from "../view.js";

export function Maps() {
  const { data, text } = useView();
  const m = useMessages();
  const seeds = [...new Set(data.maps.map((map) => map.seed))];
  const [place, setPlace] = useState(0);
  const seed = seeds[place] ?? 0;
  const [name, setMethod] = useState(data.methods[0]?.name ?? "");
  const method = data.methods.find((candidate) => candidate.name === name);
  if (method === undefined || data.pictures.length === 0)
    return (
      <>
        <Heading id="maps" title={m.maps.title} />
        <p class="empty">{m.maps.none}</p>
      </>
    );
  const maps = data.maps.filter((map) => map.seed === seed && map.method === name);
  const [low, high] = m.maps.scales[method.scale];
  return (
    <>
      <Heading id="maps" title={m.maps.title}>
        {m.maps.intro}
      </Heading>
      <div class="controls">
        <Choice
          label={m.maps.method}
          value={name}
          choices={data.methods.map((each) => ({ value: each.name, title: text(each.title) }))}
          onChange={setMethod}
        />
        <Slider
          label={m.page.seed}
          value={place}
          titles={seeds.map((s) => `${s}`)}
          onChange={setPlace}
        />
        <p class="scale">
          {low}
          <span style={{ background: gradientOf(method.scale) }} aria-hidden="true" />
          {high}
        </p>
      </div>
      <div class="gallery">
        {data.pictures.map((picture) => (
          <Row key={picture.image} picture={picture} maps={maps} method={method} />
        ))}
      </div>
    </>
  );
}

interface RowProps {
  readonly picture: ReportPicture;
  readonly maps: readonly ReportMap[];
  readonly method: Method;
}

/** One image with everything said about it. */
function Row({ picture, maps, method }: RowProps) {
  const { data } = useView();
  const m = useMessages().maps;
  const name = m.picture(picture.image, picture.label);
  return (
    <figure class="map-row">
      <div class="tile">
        <Picture picture={picture} label={name} />
        <span>
          {m.image} <b>{picture.label}</b>
        </span>
      </div>
      {picture.mask !== undefined && (
        <div class="tile">
          <Mask picture={picture} label={m.mask(name)} />
          <span>{m.object}</span>
        </div>
      )}
      {data.setup.arms.map((arm) => {
        const map = maps.find((each) => each.arm === arm.name && each.image === picture.image);
        return map && <MapTile key={arm.name} map={map} method={method} picture={name} />;
      })}
    </figure>
  );
}

function MapTile({ map, method, picture }: { map: ReportMap; method: Method; picture: string }) {
  const { text } = useView();
  const m = useMessages().maps;
  const label = m.map(
    text(method.title),
    picture,
    map.arm,
    map.seed,
    map.prediction,
    plain(map.peak),
  );
  return (
    <div class="tile">
      <AttributionMap map={map} scale={method.scale} label={label} />
      <span>
        <Swatch arm={map.arm} />
        {map.arm}: <b>{map.prediction}</b> {map.correct ? "✓" : <em>✗ {m.wrong}</em>}
      </span>
    </div>
  );
}
