/** Images, masks and maps, drawn pixel by pixel on a canvas. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ReportMap, ReportPicture } from "../../src/report/report-data.js";
import { type MapScale, mapColour } from "../colours.js";

type Colour = (pixel: number) => readonly [number, number, number];

interface PixelsProps {
  readonly height: number;
  readonly width: number;
  readonly colour: Colour;
  readonly label: string;
}

function Pixels({ height, width, colour, label }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(width, height);
    for (let p = 0; p < width * height; p++) image.data.set([...colour(p), 255], p * 4);
    context.putImageData(image, 0, 0);
  }, [height, width, colour]);
  return (
    <canvas
      class="pixels"
      ref={canvas}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    />
  );
}

const decode = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

export function Picture({ picture, label }: { picture: ReportPicture; label: string }) {
  const [C, H, W] = picture.shape;
  const bytes = decode(picture.pixels);
  const channel = (c: number, p: number): number => bytes[Math.min(c, C - 1) * H * W + p] ?? 0;
  const colour: Colour = (p) => [channel(0, p), channel(1, p), channel(2, p)];
  return <Pixels height={H} width={W} colour={colour} label={label} />;
}

export function Mask({ picture, label }: { picture: ReportPicture; label: string }) {
  const [, H, W] = picture.shape;
  const bytes = decode(picture.mask ?? "");
  const colour: Colour = (p) => (bytes[p] === 1 ? [255, 255, 255] : [38, 38, 44]);
  return <Pixels height={H} width={W} colour={colour} label={label} />;
}

export function AttributionMap({
  map,
  scale,
  label,
}: {
  map: ReportMap;
  scale: MapScale;
  label: string;
}) {
  const [H, W] = map.shape;
  const bytes = new Int8Array(decode(map.values));
  const colour: Colour = (p) => mapColour(scale, bytes[p] ?? 0);
  return <Pixels height={H} width={W} colour={colour} label={label} />;
}
