/** What the measures of explanations say about the maps: of one image, and over all of them. */
import type { Method, ReportContrast, ReportMap } from "../../src/report/report-data.js";
import { brief, terms } from "../../src/report/words/index.js";
import { ReadingBadge } from "../kit/badges.js";
import { ArmChoice } from "../kit/controls.js";
import { Fold } from "../kit/fold.js";
import { type Numbers, Scrolling, Table } from "../kit/table.js";
import { useMessages, useView, type View } from "../view.js";

/** Measures by their titles without the method, and their keys under each method. */
function rowsOf(methods: readonly Method[], text: View["text"]) {
  const titles = [...new Set(methods.flatMap(({ scores }) => scores.map((s) => text(s.title))))];
  return titles.map((title) => ({
    title,
    keys: methods.map(({ scores }) => scores.find((score) => text(score.title) === title)?.measure),
  }));
}

interface ScoredProps {
  readonly methods: readonly Method[];
  readonly maps: readonly ReportMap[];
  readonly name: string;
}

/** The scores of the maps of one image, folded away; nothing where no measure was taken map by map. */
export function ImageScores({ methods, maps, name }: ScoredProps) {
  const view = useView();
  const m = useMessages().maps;
  const scored = maps.filter(({ scores }) => scores !== undefined);
  if (scored.length === 0) return null;
  const numbers = (): Numbers => {
    const own = scored.flatMap((map) => {
      const method = methods.find((each) => each.name === map.method);
      return method === undefined ? [] : [{ map, method }];
    });
    const rows = rowsOf(methods, view.text).map(({ title, keys }) => [
      title,
      ...own.map(({ map, method }) => {
        const key = keys[methods.indexOf(method)];
        const at = method.scores.findIndex(({ measure }) => measure === key);
        const value = map.scores?.[at] ?? null;
        return key === undefined || value === null
          ? null
          : view.numbers.amount(brief(view.measure(key)), value);
      }),
    ]);
    return {
      columns: [
        { title: m.score },
        ...own.map(({ map, method }) => ({ title: `${view.text(method.title)}, ${map.arm}` })),
      ],
      rows: rows.filter(([, ...cells]) => cells.some((cell) => cell !== null)),
    };
  };
  return (
    <Fold class="map-scores" summary={m.scoresOf}>
      {() => <Table title={`${m.scoresOf}: ${name}`} numbers={numbers()} />}
    </Fold>
  );
}

/** What every method's maps score in the two arms that are compared, over all seeds and images. */
export function MapScores({ methods }: { methods: readonly Method[] }) {
  const { contrasts, selected, baseline, compared, text, measure, language } = useView();
  const m = useMessages().maps;
  const own = new Map(contrasts(selected.name).map((contrast) => [contrast.measure, contrast]));
  const rows = rowsOf(methods, text)
    .map(({ title, keys }) => ({
      title,
      cells: keys.map((key) => (key === undefined ? undefined : own.get(key))),
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== undefined));
  if (rows.length === 0) return null;
  return (
    <div class="part">
      <h3>{m.scores}</h3>
      <p class="intro">{m.scoresIntro(baseline.name, selected.name)}</p>
      {compared.length > 1 && (
        <div class="controls">
          <ArmChoice />
        </div>
      )}
      <Scrolling class="table" title={m.scores}>
        <table class="scores">
          <thead>
            <tr>
              <th scope="col">{m.score}</th>
              {methods.map(({ name, title }) => (
                <th scope="col" key={name}>
                  {text(title)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ title, cells }) => {
              const known = cells.find((cell) => cell !== undefined);
              return (
                <tr key={title}>
                  <th scope="row">
                    {title}
                    {known && (
                      <small>{terms[language].better[measure(known.measure).better]}</small>
                    )}
                  </th>
                  {cells.map((cell, i) => (
                    <td key={methods[i].name}>{cell ? <Cell contrast={cell} /> : "–"}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrolling>
    </div>
  );
}

function Cell({ contrast }: { contrast: ReportContrast }) {
  const { measure, numbers } = useView();
  return (
    <>
      {numbers.fromTo(brief(measure(contrast.measure)), contrast.baselineMean, contrast.armMean)}{" "}
      <ReadingBadge reading={contrast.reading} />
    </>
  );
}
