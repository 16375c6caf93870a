/** What a reader chooses: language and theme. Remembered where the browser allows it, so that a file opened by double
 *  click works as a served page does; `#lang=zh&theme=dark` in the address goes before. */

import { createContext } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { isLanguage, type Language } from "../src/report/words/index.js";

export type Theme = "auto" | "light" | "dark";
const themes: readonly string[] = ["auto", "light", "dark"];
const isTheme = (name: string): name is Theme => themes.includes(name);

interface Settings {
  readonly language: Language;
  readonly theme: Theme;
}

const key = "normlens";

/** What was remembered. Storage may be forbidden, and anything may stand in it. */
function remembered(): Partial<Record<string, string>> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    return typeof found === "object" && found !== null
      ? Object.fromEntries(Object.entries(found))
      : {};
  } catch {
    return {};
  }
}

function remember(settings: Settings): void {
  try {
    localStorage.setItem(key, JSON.stringify(settings));
  } catch {
    // A browser that keeps nothing for this page: the choice lasts as long as the page.
  }
}

const browserLanguage = (): Language => {
  const known = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage);
  return known ?? "en";
};

function initialSettings(): Settings {
  const address = new URLSearchParams(location.hash.slice(1));
  const stored = remembered();
  const [language, theme] = [
    address.get("lang") ?? stored.language,
    address.get("theme") ?? stored.theme,
  ];
  return {
    language: typeof language === "string" && isLanguage(language) ? language : browserLanguage(),
    theme: typeof theme === "string" && isTheme(theme) ? theme : "auto",
  };
}

export interface Choices extends Settings {
  readonly choose: (changed: Partial<Settings>) => void;
}

/** The settings as state of the page; the document follows them. */
export function useChoices(): Choices {
  const [settings, setSettings] = useState(initialSettings);
  const { language, theme } = settings;
  const root = document.documentElement;
  root.lang = language === "zh" ? "zh-Hans" : language;
  root.dataset.theme = theme;
  return useMemo(
    () => ({
      ...settings,
      choose: (changed) => {
        const next = { ...settings, ...changed };
        remember(next);
        setSettings(next);
      },
    }),
    [settings],
  );
}

export const ChoicesContext = createContext<Choices | undefined>(undefined);

export function useSettings(): Choices {
  const choices = useContext(ChoicesContext);
  if (choices === undefined) throw new Error("useSettings: used outside the page");
  return choices;
}
