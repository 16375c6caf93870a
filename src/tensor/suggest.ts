/** "did you mean": the nearest of some names. */

/** Edits that turn one word into the other: insert, delete, replace or swap neighbours. */
export function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 1; j <= b.length; j++) rows[0][j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? rows[i - 2][j - 2] + 1
          : replaced;
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced, swapped);
    }
  return rows[a.length][b.length];
}

/** The nearest name, if it is near: at most a third of its letters differ, or one begins with the other. */
export function nearest(got: string, names: readonly string[]): string | undefined {
  const bare = (word: string): string => word.replace(/^-+/, "").toLowerCase();
  const scored = names
    .map((name) => {
      const [a, b] = [bare(got), bare(name)];
      const begins = a.length > 1 && (b.startsWith(a) || (b.length > 1 && a.startsWith(b)));
      return { name, score: begins ? 1 : distance(a, b), limit: Math.max(1, b.length / 3) };
    })
    .filter(({ score, limit }) => score <= limit)
    .sort((x, y) => x.score - y.score);
  return scored[0]?.name;
}

/** "; did you mean X?", or nothing. */
export const hint = (got: string, names: readonly string[]): string => {
  const name = nearest(got, names);
  return name === undefined ? "" : `; did you mean ${name}?`;
};
