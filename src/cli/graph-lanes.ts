/** Edges of a graph that do not go from one node to the next: which of them can share a lane beside the nodes. */

/** An edge between two places in a list; the lanes count from the nodes outwards. */
export interface LaneEdge {
  readonly from: number;
  readonly to: number;
  readonly lane: number;
}

/** Edges that pass over other places, the short ones nearest. Edges from one place share a lane. */
export function laneEdges(inputs: readonly (readonly number[])[]): LaneEdge[] {
  const edges = inputs.flatMap((list, to) =>
    [...new Set(list)].filter((from) => from !== to - 1).map((from) => ({ from, to })),
  );
  const taken: { from: number; to: number }[][] = [];
  return edges
    .sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from)
    .map(({ from, to }) => {
      let lane = 0;
      const meets = (k: number): boolean =>
        (taken[k] ?? []).some((other) => other.from < to && from < other.to && other.from !== from);
      while (meets(lane)) lane++;
      taken[lane] = [...(taken[lane] ?? []), { from, to }];
      return { from, to, lane };
    });
}

/** More lanes than this are a tangle. */
const WIDEST = 6;

/** The same in letters, one gutter per place: "╭", "│" and "╰▸"; empty where nothing passes over or too much. */
export function gutters(inputs: readonly (readonly number[])[]): string[] {
  const edges = laneEdges(inputs);
  const width = Math.max(0, ...edges.map(({ lane }) => lane + 1));
  if (width === 0 || width > WIDEST) return inputs.map(() => "");
  return inputs.map((_, row) => {
    // The outermost lane stands leftmost.
    const cells = new Array<string>(width + 1).fill(" ");
    const put = (lane: number, letter: string): void => {
      const at = width - 1 - lane;
      cells[at] = letter;
    };
    for (const { from, to, lane } of edges) if (from < row && row < to) put(lane, "│");
    for (const { from, to, lane } of edges) {
      if (row !== from && row !== to) continue;
      const passes = edges.some((e) => e.lane === lane && e.from < row && row < e.to);
      put(lane, passes ? "├" : row === from ? "╭" : "╰");
      for (let at = width - lane; at <= width; at++)
        cells[at] = at === width ? (row === to ? "▸" : "─") : cells[at] === "│" ? "┼" : "─";
    }
    return cells.join("");
  });
}
