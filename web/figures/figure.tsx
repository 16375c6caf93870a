/** A figure: a drawing that follows the width it is given, its caption, and its numbers as a table. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Draws for a width in CSS pixels. */
export type Draw = (width: number) => Element;

/** A table as the text alternative of a drawing. */
export interface Numbers {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface DrawingProps {
  readonly draw: Draw;
  /** One sentence for those who do not see it. */
  readonly label: string;
}

/** The drawing alone. */
export function Drawing({ draw, label }: DrawingProps) {
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return;
    const measure = () => setWidth(Math.floor(element.clientWidth));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (width === 0) return;
    const drawing = draw(width);
    drawing.setAttribute("aria-hidden", "true");
    host.current?.replaceChildren(drawing);
  }, [draw, width]);
  return <div class="drawing" ref={host} role="img" aria-label={label} />;
}

interface FigureProps {
  readonly label: string;
  readonly draw?: Draw;
  readonly caption?: ComponentChildren;
  readonly numbers?: Numbers;
  readonly children?: ComponentChildren;
}

export function Figure({ draw, label, caption, numbers, children }: FigureProps) {
  return (
    <figure>
      {draw !== undefined && <Drawing draw={draw} label={label} />}
      {children}
      {caption !== undefined && <figcaption>{caption}</figcaption>}
      {numbers !== undefined && <NumbersTable title={label} numbers={numbers} />}
    </figure>
  );
}

export function NumbersTable({ title, numbers }: { title: string; numbers: Numbers }) {
  return (
    <details class="numbers">
      <summary>Numbers</summary>
      <Table title={title} numbers={numbers} />
    </details>
  );
}

/** A table that scrolls by itself where the page is narrow; its first column heads the rows. */
export function Table({ title, numbers }: { title: string; numbers: Numbers }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="table" aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {numbers.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {numbers.rows.map(([head, ...cells], row) => (
            <tr key={`${row} ${head}`}>
              <th scope="row">{head}</th>
              {cells.map((cell, i) => (
                <td key={numbers.columns[i + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
