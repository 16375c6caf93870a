/** A drawing that follows the width it is given, made when it comes near the window. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Draw } from "../figures/frame.js";
import { usePrinting } from "./printing.js";
import { inTurn } from "./turns.js";

/** How far below the window drawings are made, so that nobody sees them come. */
const AHEAD = "800px";

interface DrawingProps {
  readonly draw: Draw;
  /** One sentence with its numbers for those who do not see it. */
  readonly label: string;
  /** Its height in pixels as far as it is known before: what stands below keeps its place. */
  readonly height?: number;
}

export function Drawing({ draw, label, height = 200 }: DrawingProps) {
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [isNear, setNear] = useState(false);
  const printing = usePrinting();
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return;
    const sizes = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    const places = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        setNear(true);
        places.disconnect();
      },
      { rootMargin: AHEAD },
    );
    sizes.observe(element);
    places.observe(element);
    return () => {
      sizes.disconnect();
      places.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null || !(isNear || printing)) return;
    const known = width || Math.floor(element.clientWidth);
    if (known === 0) return;
    const make = () => {
      const drawing = draw({ width: known, document });
      drawing.setAttribute("aria-hidden", "true");
      element.replaceChildren(drawing);
    };
    if (!printing) return inTurn(make);
    make();
  }, [draw, width, isNear, printing]);
  return (
    <div
      class="drawing"
      ref={host}
      role="img"
      aria-label={label}
      style={{ minHeight: `${height}px` }}
    />
  );
}
