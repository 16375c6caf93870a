/** The studies of a served folder. */
import type { StudyList } from "../src/report/list.js";
import { rich } from "./kit/rich.js";
import { Preferences } from "./preferences.js";
import { useMessages } from "./view.js";

export function ListPage({ list }: { list: StudyList }) {
  const m = useMessages().list;
  document.title = m.documentTitle;
  return (
    <main class="studies">
      <header>
        <h1>{m.title}</h1>
        <Preferences />
      </header>
      <p class="intro">{rich(m.intro(list.studies.length))}</p>
      <ul class="plain-list">
        {list.studies.map(({ name, href, design }) => (
          <li key={name}>
            <a href={href}>
              <strong>{name}</strong>
              <span>{design === undefined ? m.unreadable : design.arms.join(" · ")}</span>
              {design !== undefined && (
                <small>
                  {m.design(design.network, design.dataset, design.seeds, design.epochs)}
                </small>
              )}
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}
