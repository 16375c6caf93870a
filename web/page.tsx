/** The report from top to bottom, with its navigation. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { ReportData } from "../src/report/report-data.js";
import { Preferences } from "./preferences.js";
import { sections } from "./sections/index.js";
import { useSettings } from "./settings.js";
import { indexData, useMessages, type View, ViewContext, wordsFor } from "./view.js";

export function Page({ data }: { data: ReportData }) {
  const { language } = useSettings();
  const m = useMessages();
  const index = useMemo(() => indexData(data), [data]);
  const words = useMemo(() => wordsFor(language, data), [language, data]);
  const [armName, selectArm] = useState(index.compared[0]?.name ?? index.baseline.name);
  const view: View = { ...index, ...words, selected: index.arm(armName), selectArm };
  const shown = sections.filter(({ shows }) => shows?.(data) ?? true);
  document.title = m.page.documentTitle(words.say.question());
  return (
    <ViewContext.Provider value={view}>
      <a class="skip" href="#answer">
        {m.page.skip}
      </a>
      <Contents ids={shown.map(({ id }) => id)} />
      <main>
        {shown.map(({ id, Body }) => (
          <section key={id} id={id} aria-labelledby={`${id}-title`}>
            <Body />
          </section>
        ))}
        <footer>{m.page.foot}</footer>
      </main>
    </ViewContext.Provider>
  );
}

/** The bar with the sections, language and theme. */
function Contents({ ids }: { ids: readonly (typeof sections)[number]["id"][] }) {
  const m = useMessages();
  const current = useCurrent(ids);
  return (
    <nav class="contents" aria-label={m.page.contents}>
      <span class="brand">NormLens</span>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <a href={`#${id}`} aria-current={id === current ? "true" : undefined}>
              {m[id].nav}
            </a>
          </li>
        ))}
      </ul>
      <Preferences />
    </nav>
  );
}

/** The section that is being read: the last one whose heading has passed the upper third of the window. */
function useCurrent(ids: readonly string[]): string | undefined {
  const [current, setCurrent] = useState(ids[0]);
  useEffect(() => {
    const inView = new Set<string>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) inView.add(target.id);
          else inView.delete(target.id);
        }
        const last = ids.findLast((id) => inView.has(id));
        if (last !== undefined) setCurrent(last);
      },
      { rootMargin: "0px 0px -66% 0px" },
    );
    for (const id of ids) {
      const section = document.getElementById(id);
      if (section !== null) observer.observe(section);
    }
    return () => observer.disconnect();
  }, [ids.join()]);
  return current;
}
