/** Language and theme, as the reader likes them. */
import { isLanguage, languages } from "../src/report/words/index.js";
import { Choice } from "./kit/controls.js";
import { type Theme, useSettings } from "./settings.js";
import { useMessages } from "./view.js";

const languageChoices = Object.keys(languages)
  .filter(isLanguage)
  .map((value) => ({ value, title: languages[value] }));

export function Preferences() {
  const { language, theme, choose } = useSettings();
  const m = useMessages().page;
  const themes: readonly Theme[] = ["auto", "light", "dark"];
  return (
    <div class="preferences">
      <Choice
        label={m.language}
        value={language}
        choices={languageChoices}
        onChange={(chosen) => choose({ language: chosen })}
      />
      <Choice
        label={m.theme}
        value={theme}
        choices={themes.map((value) => ({ value, title: m.themes[value] }))}
        onChange={(chosen) => choose({ theme: chosen })}
      />
    </div>
  );
}
