/** Images, masks and maps, drawn pixel by pixel on a canvas. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Exciting, Microscope, ReportPicture } from "../../src/report/report-data.js";
import { type MapScale, mapColour } from "../colours.js";

type CloseUp = Microscope["closeUps"][number];
type Rgb = readonly [number, number, number];
type Colour = (pixel: number) => Rgb;

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
    for (let p = 0; p < width * height; p++) {
      const [r, g, b] = colour(p);
      image.data[4 * p] = r;
      image.data[4 * p + 1] = g;
      image.data[4 * p + 2] = b;
      image.data[4 * p + 3] = 255;
    }
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

/** Signed bytes from base64. */
export const signedBytes = (base64: string): Int8Array => new Int8Array(decode(base64).buffer);

/** The picture's colours; a picture of one channel is grey. */
function pictureColour({ shape: [C, H, W], pixels }: Exciting | ReportPicture): Colour {
  const bytes = decode(pixels);
  const channel = (c: number, p: number): number => bytes[Math.min(c, C - 1) * H * W + p] ?? 0;
  return (p) => [channel(0, p), channel(1, p), channel(2, p)];
}

export function Picture({ picture, label }: { picture: ReportPicture; label: string }) {
  const [, H, W] = picture.shape;
  const colour = useMemo(() => pictureColour(picture), [picture]);
  return <Pixels height={H} width={W} colour={colour} label={label} />;
}

export function Mask({ picture, label }: { picture: ReportPicture; label: string }) {
  const [, H, W] = picture.shape;
  const colour = useMemo((): Colour => {
    const bytes = decode(picture.mask ?? "");
    return (p) => (bytes[p] === 1 ? [255, 255, 255] : [38, 38, 44]);
  }, [picture]);
  return <Pixels height={H} width={W} colour={colour} label={label} />;
}

/** What part of a picture excites a unit: the rest is dimmed. */
export function Lit({ picture, label }: { picture: Exciting; label: string }) {
  const [, H, W] = picture.shape;
  const colour = useMemo((): Colour => {
    const [image, mask] = [pictureColour(picture), decode(picture.mask)];
    return (p) => {
      const [r, g, b] = image(p);
      return mask[p] === 1 ? [r, g, b] : [r * 0.3, g * 0.3, b * 0.3];
    };
  }, [picture]);
  return <Pixels height={H} width={W} colour={colour} label={label} />;
}

/** The values of one stored channel of a close-up. */
export function channelValues({ x, stored, shape: [H, W] }: CloseUp, row: number): Float64Array {
  const bytes = decode(x);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { low, high } = stored[row];
  return Float64Array.from({ length: H * W }, (_, p) => {
    const share = view.getUint16(2 * (row * H * W + p), true) / 65535;
    return low + share * (high - low);
  });
}

interface FeatureProps {
  readonly values: ArrayLike<number>;
  readonly shape: readonly [number, number];
  readonly range: { readonly low: number; readonly high: number };
  readonly label: string;
}

/** A channel of activations, weak to strong. */
export function FeatureMap({ values, shape: [H, W], range, label }: FeatureProps) {
  const { low, high } = range;
  const colour = useMemo((): Colour => {
    const share = (value: number) => (high > low ? (value - low) / (high - low) : 0);
    return (p) => mapColour("sequential", Math.round(127 * share(values[p])));
  }, [values, low, high]);
  return <Pixels height={H} width={W} colour={colour} label={label} />;
}

interface MapProps {
  readonly shape: readonly [number, number];
  readonly values: string;
  readonly scale: MapScale;
  readonly label: string;
  /** The image, and how much of it shows where the map is weak: 0 to 1. */
  readonly under: ReportPicture;
  readonly share: number;
}

/** A map, with the image under it as far as it is wanted. */
export function AttributionMap({ shape: [H, W], values, scale, label, under, share }: MapProps) {
  const colour = useMemo((): Colour => {
    const bytes = signedBytes(values);
    if (share === 0) return (p) => mapColour(scale, bytes[p] ?? 0);
    const image = pictureColour(under);
    return (p) => {
      const byte = bytes[p] ?? 0;
      const [a, b] = [image(p), mapColour(scale, byte)];
      const weight = 1 - share * (1 - Math.abs(byte) / 127);
      const mix = (k: 0 | 1 | 2) => a[k] + weight * (b[k] - a[k]);
      return [mix(0), mix(1), mix(2)];
    };
  }, [values, scale, under, share]);
  return <Pixels height={H} width={W} colour={colour} label={label} />;
}
