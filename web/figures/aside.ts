/** Numbers at the right of rows. */

/** Room for the longest text of them, of 13 pixels in height; what is longer than most is cut. */
export const asideWidth = (rows: readonly { readonly aside: string }[]): number =>
  Math.min(250, Math.max(60, ...rows.map(({ aside }) => 6.9 * aside.length + 22)));

/** Text options that cut what has no room. */
export const cut = (width: number) => ({
  lineWidth: (width - 12) / 13,
  textOverflow: "ellipsis" as const,
});
