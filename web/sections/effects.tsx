/** All contrasts at once, and the raw pairs behind them. */
import { useMemo, useState } from "preact/hooks";
import { brief, percent, plain, pValue, termOf, terms } from "../../src/report/words/index.js";
import { type ForestOptions, type ForestRow, forest, forestHeight } from "../figures/forest.js";
import type { Frame } from "../figures/frame.js";
import { Heading, ReadingBadge, readingShapes } from "../kit/badges.js";
import { ArmChoice, Switch } from "../kit/controls.js";
import { Figure } from "../kit/figure.js";
import { Fold } from "../kit/fold.js";
import type { Numbers } from "../kit/table.js";
import type { Messages } from "../messages/table.js";
import { useMessages, useView, type View } from "../view.js";
import { PairPanels } from "./pair.js";

type Scale = ForestOptions["scale"];

export function Effects() {
  const view = useView();
  const { selected, baseline } = view;
  const m = useMessages().effects;
  const [scale, setScale] = useState<Scale>("standardised");
  const rows = useMemo(() => rowsOf(view, scale, m), [view.data, view.language, selected, scale]);
  const draw = useMemo(() => {
    const options = {
      scale,
      lower: m.lower(selected.name),
      higher: m.higher(selected.name),
    };
    return (frame: Frame) => {
      const axis = scale === "raw" ? m.axisRaw : frame.width < 620 ? m.axisShort : m.axis;
      return forest(rows, { ...options, axis }, frame);
    };
  }, [rows, scale, selected, m]);
  const clear = rows.filter((row) => row.contrast.reading !== "unclear").length;
  return (
    <>
      <Heading id="effects" title={m.title(selected.name, baseline.name)}>
        {m.intro}
      </Heading>
      <div class="controls">
        <ArmChoice />
        <Switch
          label={m.scale}
          value={scale}
          choices={[
            { value: "standardised", title: m.scales.standardised },
            { value: "raw", title: m.scales.raw },
          ]}
          onChange={setScale}
        />
      </div>
      {rows.length === 0 ? (
        <p class="empty">{m.none}</p>
      ) : (
        <Figure
          name={`forest-${selected.name}`.replace(/[^\w-]+/g, "-")}
          draw={draw}
          height={forestHeight(rows, 1000)}
          label={m.label(selected.name, baseline.name, rows.length, clear)}
          numbers={() => numbersOf(rows, view, m)}
          caption={
            <>
              <ReadingBadge reading="better" /> <ReadingBadge reading="worse" />{" "}
              <ReadingBadge reading="higher" /> {m.captionBefore} <ReadingBadge reading="unclear" />
              : {m.captionAfter} {scale === "standardised" && m.captionScale}
            </>
          }
        />
      )}
      <SeedBySeed rows={rows} />
    </>
  );
}

/** The pairs of every measure, family by family. */
function SeedBySeed({ rows }: { rows: readonly ForestRow[] }) {
  const { baseline, selected } = useView();
  const m = useMessages().effects;
  if (rows.length === 0) return null;
  const families = [...new Set(rows.map((row) => row.family))];
  return (
    <div class="seed-by-seed">
      <h3>{m.pairs}</h3>
      <p class="intro">{m.pairsIntro(baseline.name, selected.name)}</p>
      {families.map((family) => (
        <Fold key={family} class="family-fold" summary={family}>
          {() => (
            <PairPanels
              contrasts={rows.filter((row) => row.family === family).map((row) => row.contrast)}
            />
          )}
        </Fold>
      ))}
    </div>
  );
}

type Words = Messages["effects"];

function rowsOf(
  { contrasts, selected, measure, numbers, text, language }: View,
  scale: Scale,
  m: Words,
): ForestRow[] {
  const words = terms[language];
  return contrasts(selected.name).map((contrast) => {
    const of = measure(contrast.measure);
    const { standardised, baselineMean, armMean, reading, pValue: p } = contrast;
    const change = numbers.changeWithInterval(of, contrast);
    return {
      contrast,
      title: text(of.title),
      family: termOf(words.families, of.family),
      aside:
        scale === "raw"
          ? numbers.changeWithInterval(brief(of), contrast)
          : numbers.fromTo(brief(of), baselineMean, armMean),
      tip: [
        text(of.title),
        `${contrast.baseline}: ${numbers.amount(of, baselineMean)}   ${contrast.arm}: ${numbers.amount(of, armMean)}`,
        m.change(change),
        m.standardised(plain(standardised?.value ?? null), pValue(p)),
        `${readingShapes[reading]} ${words.readings[reading]}`,
      ].join("\n"),
    };
  });
}

function numbersOf(rows: readonly ForestRow[], view: View, m: Words): Numbers {
  const { measure, numbers, baseline, selected, language } = view;
  const c = m.columns;
  const of = (row: number) => measure(rows[row].contrast.measure);
  const amount = (value: number, row: number) => numbers.amount(of(row), value);
  const change = (value: number, row: number) => numbers.change(of(row), rows[row].contrast, value);
  return {
    columns: [
      { title: c.measure },
      { title: baseline.name, show: amount },
      { title: selected.name, show: amount },
      { title: c.difference, show: change },
      { title: c.low, show: change },
      { title: c.high, show: change },
      { title: c.standardised },
      { title: c.superiority, show: (value) => percent(value, 0) },
      { title: c.p, show: pValue },
      { title: c.holm, show: pValue },
      { title: c.pairs },
      { title: c.reading },
    ],
    rows: rows.map(({ contrast, title }) => [
      title,
      contrast.baselineMean,
      contrast.armMean,
      contrast.difference,
      contrast.interval?.[0] ?? null,
      contrast.interval?.[1] ?? null,
      contrast.standardised?.value ?? null,
      contrast.superiority,
      contrast.pValue,
      contrast.holmP ?? contrast.fdrP,
      contrast.pairs.length,
      terms[language].readings[contrast.reading],
    ]),
  };
}
