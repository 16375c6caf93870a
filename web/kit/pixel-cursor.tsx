/** A pixel that is pointed at, by pointer or by arrow keys, and its mark on pictures. */
import type { ComponentChildren } from "preact";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The pixel under the pointer, if it is over one of the pictures. */
export function pointOf(
  { target, clientX, clientY }: PointerEvent,
  H: number,
  W: number,
): Point | undefined {
  if (!(target instanceof HTMLCanvasElement)) return undefined;
  const { left, top, width, height } = target.getBoundingClientRect();
  const inside = (value: number, most: number) =>
    Math.max(0, Math.min(most - 1, Math.floor(value)));
  return {
    x: inside(((clientX - left) / width) * W, W),
    y: inside(((clientY - top) / height) * H, H),
  };
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where a key moves the pixel; from the middle if there is none. */
export function movedPoint(point: Point | undefined, key: string, H: number, W: number) {
  if (key === "Escape") return point && "away";
  if (!Object.hasOwn(steps, key)) return undefined;
  const [dx, dy] = steps[key];
  const { x, y } = point ?? { x: (W >> 1) - dx, y: (H >> 1) - dy };
  return { x: Math.max(0, Math.min(W - 1, x + dx)), y: Math.max(0, Math.min(H - 1, y + dy)) };
}

interface FramedProps {
  readonly point: Point | undefined;
  readonly height: number;
  readonly width: number;
  readonly children: ComponentChildren;
}

/** A picture with the mark of the pixel that is looked at. */
export function Framed({ point, height, width, children }: FramedProps) {
  const share = (value: number, of: number) => `${(100 * value) / of}%`;
  return (
    <div class="framed">
      {children}
      {point && (
        <i
          class="pointed"
          style={{
            left: share(point.x, width),
            top: share(point.y, height),
            width: share(1, width),
            height: share(1, height),
          }}
        />
      )}
    </div>
  );
}
