/** The same images explained in every arm, side by side. */
import { useState } from "preact/hooks";
import type { Method, ReportMap, ReportPicture } from "../../src/report/report-data.js";
import { gradientOf } from "../colours.js";
import { AttributionMap, Mask, Picture } from "../figures/pixels.js";
import { plain } from "../format.js";
import { Choice, Heading } from "../parts.js";
import { useView } from "../view.js";

const scaleWords = {
  sequential: ["no influence", "strong influence"],
  diverging: ["speaks against the class", "speaks for it"],
} as const;

export function Maps() {
  const { data } = useView();
  const seeds = [...new Set(data.maps.map((map) => map.seed))];
  const [seed, setSeed] = useState(seeds[0] ?? 0);
  const [name, setMethod] = useState(data.methods[0]?.name ?? "");
  const method = data.methods.find((m) => m.name === name);
  if (method === undefined || data.pictures.length === 0)
    return (
      <>
        <Heading id="maps" title="How they explain themselves" />
        <p class="empty">This study kept no pictures of explanations.</p>
      </>
    );
  const maps = data.maps.filter((map) => map.seed === seed && map.method === name);
  return (
    <>
      <Heading id="maps" title="How they explain themselves">
        The same validation images, explained by the same method in every arm of the same seed. Each
        map shows what spoke for the class that its own model predicted, scaled to its own strongest
        pixel.
      </Heading>
      <div class="controls">
        <Choice
          label="Method"
          value={name}
          choices={data.methods.map((m) => ({ value: m.name, title: m.title }))}
          onChange={setMethod}
        />
        <Choice
          label="Seed"
          value={`${seed}`}
          choices={seeds.map((s) => ({ value: `${s}`, title: `${s}` }))}
          onChange={(value) => setSeed(Number(value))}
        />
        <p class="scale">
          {scaleWords[method.scale][0]}
          <span style={{ background: gradientOf(method.scale) }} aria-hidden="true" />
          {scaleWords[method.scale][1]}
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
  const { data, colour } = useView();
  const name = `validation image ${picture.image}, class ${picture.label}`;
  return (
    <figure class="map-row">
      <div class="tile">
        <Picture picture={picture} label={name} />
        <span>
          image <b>{picture.label}</b>
        </span>
      </div>
      {picture.mask !== undefined && (
        <div class="tile">
          <Mask picture={picture} label={`Mask of the object in ${name}`} />
          <span>object</span>
        </div>
      )}
      {data.setup.arms.map((arm) => {
        const map = maps.find((m) => m.arm === arm.name && m.image === picture.image);
        return (
          map !== undefined && (
            <div class="tile" key={arm.name}>
              <AttributionMap
                map={map}
                scale={method.scale}
                label={
                  `${method.title} of ${name}, arm ${arm.name}, seed ${map.seed}: predicted ${map.prediction}, ` +
                  `strongest pixel ${plain(map.peak)}`
                }
              />
              <span>
                <i class="swatch" style={{ background: colour(arm.name) }} />
                {arm.name}: <b>{map.prediction}</b> {map.correct ? "✓" : <em>✗ wrong</em>}
              </span>
            </div>
          )
        );
      })}
    </figure>
  );
}
