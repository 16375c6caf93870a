/** One image with everything said about it: the same pixel is pointed at in all of its maps at once. */
import { useState } from "preact/hooks";
import type {
  Method,
  ReportData,
  ReportMap,
  ReportPicture,
  Spread,
} from "../../src/report/report-data.js";
import { percent, plain, signed } from "../../src/report/words/index.js";
import { AttributionMap, Mask, Picture, signedBytes } from "../figures/pixels.js";
import { Swatch } from "../kit/badges.js";
import { Framed, movedPoint, type Point, pointOf } from "../kit/pixel-cursor.js";
import { useMessages, useView } from "../view.js";
import { ImageScores } from "./map-scores.js";

/** What a tile shows: the map of one seed, or what the maps of all seeds share or where they part. */
type Tile =
  | { readonly mode: "seed"; readonly map: ReportMap }
  | { readonly mode: "mean" | "deviation"; readonly map: Spread };

/** The tile of a method, an arm and an image. */
export type Shown = (method: string, arm: string, image: number) => Tile | undefined;

export function shownMaps(
  { maps, spreads }: Pick<ReportData, "maps" | "spreads">,
  mode: Tile["mode"],
  seed: number,
): Shown {
  const key = (method: string, arm: string, image: number) => JSON.stringify([method, arm, image]);
  const tiles = new Map<string, Tile>();
  if (mode === "seed") {
    for (const map of maps)
      if (map.seed === seed) tiles.set(key(map.method, map.arm, map.image), { mode, map });
  } else {
    for (const map of spreads) tiles.set(key(map.method, map.arm, map.image), { mode, map });
  }
  return (method, arm, image) => tiles.get(key(method, arm, image));
}

const valuesOf = (tile: Tile): string =>
  tile.mode === "seed" ? tile.map.values : tile.map[tile.mode];

interface RowProps {
  readonly picture: ReportPicture;
  readonly methods: readonly Method[];
  readonly shown: Shown;
  readonly share: number;
}

export function MapRow({ picture, methods, shown, share }: RowProps) {
  const { data, text } = useView();
  const m = useMessages().maps;
  const [point, setPoint] = useState<Point>();
  const [, H, W] = picture.shape;
  const name = m.picture(picture.image, picture.label);
  const groups = methods
    .map((method) => ({
      method,
      tiles: data.setup.arms.flatMap((arm) => shown(method.name, arm.name, picture.image) ?? []),
    }))
    .filter(({ tiles }) => tiles.length > 0);
  const count =
    groups.reduce((sum, { tiles }) => sum + tiles.length, 0) + (picture.mask === undefined ? 1 : 2);
  const follow = (event: PointerEvent) => setPoint(pointOf(event, H, W));
  const move = (event: KeyboardEvent) => {
    const moved = movedPoint(point, event.key, H, W);
    if (moved === undefined) return;
    event.preventDefault();
    setPoint(moved === "away" ? undefined : moved);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div
      class="map-row"
      role="group"
      aria-label={m.row(name)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the pixel that is read out
      tabIndex={0}
      onPointerMove={follow}
      onPointerLeave={() => setPoint(undefined)}
      onKeyDown={move}
    >
      <div class="tiles" style={`--tiles: ${count}`}>
        <div class="map-group">
          <p class="method">{m.image}</p>
          <div class="tile">
            <Framed point={point} height={H} width={W}>
              <Picture picture={picture} label={name} />
            </Framed>
            <span>
              <b>{picture.label}</b>
            </span>
          </div>
          {picture.mask !== undefined && (
            <div class="tile">
              <Framed point={point} height={H} width={W}>
                <Mask picture={picture} label={m.mask(name)} />
              </Framed>
              <span>{m.object}</span>
            </div>
          )}
        </div>
        {groups.map(({ method, tiles }) => (
          <div class="map-group" key={method.name}>
            <p class="method">{text(method.title)}</p>
            {tiles.map((tile) => (
              <MapTile
                key={tile.map.arm}
                tile={tile}
                method={method}
                picture={picture}
                share={share}
                point={point}
              />
            ))}
          </div>
        ))}
      </div>
      <Readout point={point} groups={groups} width={W} />
      <ImageScores
        methods={methods}
        maps={groups.flatMap(({ tiles }) =>
          tiles.flatMap((tile) => (tile.mode === "seed" ? [tile.map] : [])),
        )}
        name={name}
      />
    </div>
  );
}

interface TileProps {
  readonly tile: Tile;
  readonly method: Method;
  readonly picture: ReportPicture;
  readonly share: number;
  readonly point: Point | undefined;
}

function MapTile({ tile, method, picture, share, point }: TileProps) {
  const { text } = useView();
  const m = useMessages().maps;
  const { arm, shape } = tile.map;
  const [H, W] = shape;
  const name = m.picture(picture.image, picture.label);
  const scale = tile.mode === "deviation" ? "sequential" : method.scale;
  return (
    <div class="tile">
      <Framed point={point} height={H} width={W}>
        <AttributionMap
          shape={shape}
          values={valuesOf(tile)}
          scale={scale}
          under={picture}
          share={share}
          label={
            tile.mode === "seed"
              ? m.map(
                  text(method.title),
                  name,
                  arm,
                  tile.map.seed,
                  tile.map.prediction,
                  plain(tile.map.peak),
                )
              : m.spread(
                  text(method.title),
                  name,
                  arm,
                  m.modes[tile.mode],
                  tile.map.seeds,
                  plain(tile.map.agreement),
                )
          }
        />
      </Framed>
      <span>
        <Swatch arm={arm} />
        {arm}
        {tile.mode === "seed" && (
          <>
            : <b>{tile.map.prediction}</b> {tile.map.correct ? "✓" : <em>✗ {m.wrong}</em>}
          </>
        )}
      </span>
      <Scores tile={tile} />
    </div>
  );
}

/** The numbers under a map. */
function Scores({ tile }: { tile: Tile }) {
  const m = useMessages().maps;
  if (tile.mode !== "seed") return <small>{m.agreement(plain(tile.map.agreement))}</small>;
  const { sparseness, onObject } = tile.map;
  return (
    <small>
      {onObject !== undefined && <span>{m.onObject(percent(onObject, 0))}</span>}
      {sparseness !== undefined && <span>{m.sparseness(plain(sparseness))}</span>}
    </small>
  );
}

interface ReadoutProps {
  readonly point: Point | undefined;
  readonly groups: readonly { readonly method: Method; readonly tiles: readonly Tile[] }[];
  readonly width: number;
}

/** The values of all maps at the pixel that is looked at. */
function Readout({ point, groups, width }: ReadoutProps) {
  const { text } = useView();
  const m = useMessages().maps;
  const values = (tiles: readonly Tile[], { x, y }: Point): string =>
    tiles
      .map((tile) => {
        const bytes = signedBytes(valuesOf(tile));
        return `${tile.map.arm} ${signed((bytes[y * width + x] ?? 0) / 127)}`;
      })
      .join(", ");
  return (
    <p class="readout" aria-live="polite">
      {point === undefined
        ? "\u00a0"
        : `${m.pixel(point.y + 1, point.x + 1)} ${groups
            .map(({ method, tiles }) => `${text(method.title)}: ${values(tiles, point)}`)
            .join(" · ")}`}
    </p>
  );
}
