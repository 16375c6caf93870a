/** Times, shares and numbers in the terminal. */

/** "42 s", "3 min 20 s", "1 h 5 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** A bar of `width` cells, filled to eighths. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const full = Math.floor(eighths / 8);
  const part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
  return `${"█".repeat(full)}${part}`.padEnd(width, "░");
}

export const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)} %`;

export const loss = (value: number): string => value.toFixed(4);

export const thousands = (value: number): string => Math.round(value).toLocaleString("en-US");

/** Columns to the right of their widest entry; the first one to the left. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = widthsOf(rows);
  return rows.map((row) =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join(" ".repeat(GAP)),
  );
}

/** Blanks between columns. */
export const GAP = 3;

export const widthsOf = (rows: readonly (readonly string[])[]): number[] =>
  (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => row[c].length)));

/** The text in lines of at most `width` letters, broken at spaces; later lines are indented. */
export function wrap(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= width - (lines.length > 0 ? indent.length : 0) || line === "")
      line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((each, i) => (i === 0 ? each : indent + each));
}

/** Seconds left, from what is done since the start; undefined while there is too little to tell. */
export function timeLeft(share: number, seconds: number): number | undefined {
  return share < 0.01 || seconds < 1 ? undefined : (seconds * (1 - share)) / share;
}

/** "1 epoch", "2 epochs". */
export const plural = (n: number, word: string): string =>
  `${thousands(n)} ${word}${n === 1 ? "" : "s"}`;
