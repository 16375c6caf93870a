/** Numbers as a table: the text alternative of a figure, and the rows of its CSV file. */
import type { ComponentChildren } from "preact";
import { plain } from "../../src/report/words/index.js";

export type Cell = string | number | null;

/** A column with its heading, and how its numbers are read; files get them as they are. */
export interface Column {
  readonly title: string;
  readonly show?: (value: number, row: number) => string;
}

export interface Numbers {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

const shown = ({ show }: Column, cell: Cell, row: number): string => {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  return show === undefined ? plain(cell) : show(cell, row);
};

/** A table that scrolls by itself where the page is narrow; its first column heads the rows. */
export function Table({ title, numbers }: { title: string; numbers: Numbers }) {
  const [first, ...others] = numbers.columns;
  return (
    <Scrolling class="table" title={title}>
      <table>
        <thead>
          <tr>
            {numbers.columns.map((column) => (
              <th key={column.title} scope="col">
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {numbers.rows.map(([head, ...cells], row) => (
            <tr key={`${row} ${head}`}>
              <th scope="row">{shown(first, head, row)}</th>
              {cells.map((cell, i) => (
                <td key={others[i].title}>{shown(others[i], cell, row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

interface ScrollingProps {
  readonly class: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** Something that scrolls by itself, and so must be reachable by keyboard. */
export function Scrolling({ class: name, title, children }: ScrollingProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
    <div class={name} role="group" aria-label={title} tabIndex={0}>
      {children}
    </div>
  );
}

/** The table as CSV (RFC 4180), numbers in full. Text that a spreadsheet would take for a formula is kept text. */
export function csv({ columns, rows }: Numbers): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return `${cell}`;
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
