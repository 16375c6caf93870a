/** A figure: a drawing, its caption, its numbers as a table, and both as files. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Draw } from "../figures/frame.js";
import { useMessages } from "../view.js";
import { Drawing } from "./drawing.js";
import { save, svgFile } from "./files.js";
import { Fold } from "./fold.js";
import { csv, type Numbers, Table } from "./table.js";

interface FigureProps {
  /** Of its files: "forest-batch". */
  readonly name: string;
  readonly label: string;
  readonly numbers: Numbers | (() => Numbers);
  readonly draw: Draw;
  readonly height?: number;
  readonly caption?: ComponentChildren;
}

export function Figure({ name, draw, label, height, caption, numbers }: FigureProps) {
  const host = useRef<HTMLElement>(null);
  return (
    <figure ref={host}>
      <Drawing draw={draw} label={label} {...(height !== undefined && { height })} />
      {caption !== undefined && <figcaption>{caption}</figcaption>}
      <FigureFiles
        name={name}
        title={label}
        numbers={numbers}
        svg={() => host.current?.querySelector<SVGSVGElement>(".drawing svg") ?? undefined}
      />
    </figure>
  );
}

interface FilesProps {
  readonly name: string;
  readonly title: string;
  readonly numbers: Numbers | (() => Numbers);
  readonly svg?: () => SVGSVGElement | undefined;
}

/** Below every figure: its numbers, and what can be saved of it. */
export function FigureFiles({ name, title, numbers, svg }: FilesProps) {
  const m = useMessages().page;
  const made = () => (typeof numbers === "function" ? numbers() : numbers);
  const saveSvg = () => {
    const drawn = svg?.();
    if (drawn !== undefined) save(`${name}.svg`, "image/svg+xml", svgFile(drawn));
  };
  return (
    <div class="figure-files">
      <Fold summary={m.numbers}>{() => <Table title={title} numbers={made()} />}</Fold>
      <span class="files">
        <button
          type="button"
          class="quiet"
          aria-label={m.saveCsv(title)}
          onClick={() => save(`${name}.csv`, "text/csv", csv(made()))}
        >
          CSV
        </button>
        {svg !== undefined && (
          <button type="button" class="quiet" aria-label={m.saveSvg(title)} onClick={saveSvg}>
            SVG
          </button>
        )}
      </span>
    </div>
  );
}
