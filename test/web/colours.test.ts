/** The page's colours can be read: WCAG AA for text (4.5) and for the parts of figures (3), in both themes. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("../../web/styles/tokens.css", import.meta.url), "utf8");
const pairs = [...css.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)];
const tokens = (theme: "light" | "dark"): Map<string, string> =>
  new Map(
    pairs.map(([, name = "", light = "", dark = ""]) => [name, theme === "light" ? light : dark]),
  );

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["paper", "surface", "sunk"];
const words = ["ink", "muted", "accent", "good", "bad"];
const parts = Array.from({ length: 6 }, (_, i) => `arm-${i}`);

describe.each([
  ["light", tokens("light")],
  ["dark", tokens("dark")],
] as const)("%s", (_, theme) => {
  const onGrounds = (names: readonly string[]) =>
    names.flatMap((name) => grounds.map((ground) => [name, ground] as const));
  const ratio = (a: string, b: string): number => contrast(theme.get(a) ?? "", theme.get(b) ?? "");

  test.each([...onGrounds(words), ["ink", "bad-wash"], ["mark", "good"], ["mark", "bad"]] as const)(
    "%s on %s is text",
    (a, b) => {
      expect(ratio(a, b)).toBeGreaterThanOrEqual(4.5);
    },
  );
  test.each(onGrounds(parts))("%s on %s is seen", (a, b) => {
    expect(ratio(a, b)).toBeGreaterThanOrEqual(3);
  });
});

test("every colour has both themes", () => {
  expect(pairs.length).toBe([...css.matchAll(/#[0-9a-f]{6}/g)].length / 2);
});
