/** Units: which of them detect which concept, what excites them, how selective they are, and how a network does without. */
import { useMemo } from "preact/hooks";
import type { ArmLines, Units as Facts } from "../../src/report/report-data.js";
import { percent, plain, termOf, terms } from "../../src/report/words/index.js";
import { concepts, conceptsHeight } from "../figures/concepts.js";
import type { Frame } from "../figures/frame.js";
import { lines } from "../figures/lines.js";
import { Lit } from "../figures/pixels.js";
import { ArmLegend, Heading, Swatch } from "../kit/badges.js";
import { Figure } from "../kit/figure.js";
import { useMessages, useView } from "../view.js";

/** Concepts drawn; the table has them all. */
const MOST = 16;

export function Units() {
  const { data } = useView();
  const m = useMessages().units;
  const { units } = data;
  if (units === undefined) return null;
  return (
    <>
      <Heading id="units" title={m.title}>
        {m.intro}
      </Heading>
      <ArmLegend />
      {units.concepts.length > 0 && <Detected facts={units} />}
      {units.detectors.length > 0 && <Detectors facts={units} />}
      <div class="panels three part">
        {units.ablation.map(({ replaced, share, arms }) => (
          <Shares
            key={replaced}
            name={`ablation-${replaced}`}
            title={m.ablation[replaced]}
            xLabel={m.off}
            share={share}
            arms={arms}
            isPercent
          />
        ))}
        {units.selectivity && (
          <Shares
            name="selectivity"
            title={m.selectivity}
            xLabel={m.rank}
            share={units.selectivity.share}
            arms={units.selectivity.arms}
          />
        )}
      </div>
    </>
  );
}

function Detected({ facts }: { facts: Facts }) {
  const { colour, numbers, language } = useView();
  const m = useMessages().units;
  const named = useMemo(
    () =>
      facts.concepts.map(({ concept, arms }) => ({
        concept: termOf(terms[language].concepts, concept),
        arms,
      })),
    [facts, language],
  );
  const shown = named.slice(0, MOST);
  const draw = useMemo(() => {
    const drawn = { concepts: named.slice(0, MOST), colour, xLabel: m.detecting };
    return (frame: Frame) => concepts(drawn, frame);
  }, [named, colour, m]);
  const first = shown[0].arms.map(({ arm, units }) => `${arm} ${plain(units)}`);
  const arms = shown[0].arms.map(({ arm }) => arm);
  return (
    <div class="part">
      <h3>{m.concepts}</h3>
      <p class="intro">{m.conceptsIntro(percent(facts.threshold, 0))}</p>
      <Figure
        name="concepts"
        draw={draw}
        height={conceptsHeight(shown.length)}
        label={m.conceptsLabel(shown[0].concept, numbers.list(first))}
        caption={facts.concepts.length > MOST && m.more(MOST, facts.concepts.length)}
        numbers={() => ({
          columns: [{ title: m.concept }, ...arms.map((title) => ({ title }))],
          rows: named.map(({ concept, arms: row }) => [concept, ...row.map(({ units }) => units)]),
        })}
      />
    </div>
  );
}

function Detectors({ facts }: { facts: Facts }) {
  const { language } = useView();
  const m = useMessages().units;
  return (
    <div class="part">
      <h3>{m.exciting}</h3>
      <p class="intro">{m.excitingIntro}</p>
      <div class="detectors">
        {facts.detectors.map(({ arm, seed, unit, concept, iou, images }) => (
          <div class="detector" key={`${arm} ${unit}`}>
            <p>
              <Swatch arm={arm} /> <b>{m.unit(arm, unit)}</b>:{" "}
              {termOf(terms[language].concepts, concept)}
              <small>{m.iou(plain(iou), seed)}</small>
            </p>
            <div class="exciting">
              {images.map((picture) => (
                <Lit
                  key={picture.image}
                  picture={picture}
                  label={m.lit(unit, arm, picture.image)}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

interface SharesProps {
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  readonly share: readonly (number | null)[];
  readonly arms: ArmLines;
  readonly isPercent?: boolean;
}

/** Lines over a share of the units. */
function Shares({ name, title, xLabel, share, arms, isPercent = false }: SharesProps) {
  const { arm: armOf, colour, numbers } = useView();
  const m = useMessages().training;
  const format = isPercent ? percent : plain;
  const draw = useMemo(() => {
    const facts = arms.map((line) => ({
      ...line,
      colour: colour(line.arm),
      dashed: armOf(line.arm).baseline,
    }));
    const options = { xLabel, percent: isPercent, format: (value: number) => format(value) };
    return (frame: Frame) => lines(facts, { ...options, x: (i) => 100 * (share[i] ?? 0) }, frame);
  }, [arms, share, xLabel, isPercent, format, colour, armOf]);
  const middle = arms.map(({ arm, mean }) => `${arm} ${format(mean[mean.length >> 1] ?? null)}`);
  return (
    <div>
      <h3>{title}</h3>
      <Figure
        name={name}
        draw={draw}
        height={230}
        label={`${title}: ${numbers.list(middle)}`}
        numbers={() => ({
          columns: [
            { title: xLabel },
            ...arms.map(({ arm }) => ({ title: m.mean(arm), show: (v: number) => format(v) })),
          ],
          rows: share.map((at, i) => [100 * (at ?? 0), ...arms.map(({ mean }) => mean[i] ?? null)]),
        })}
      />
    </div>
  );
}
