/** How sure the findings are: power and correction. */
import { plain, pValue } from "../../src/report/words/index.js";
import { Heading } from "../kit/badges.js";
import { useMessages, useView } from "../view.js";
import { EqualAccuracy } from "./equal-accuracy.js";
import { Specifications } from "./specifications.js";

export function Sure() {
  const { data } = useView();
  const m = useMessages().sure;
  const { seeds, seedsNeeded, smallestP, smallestCorrectedP, family, explored } = data.sure;
  const effect = (value: number | null): string => (value === null ? m.none : plain(value));
  const facts = [
    { term: m.seeds, number: `${seeds}`, note: m.seedsNote(seedsNeeded) },
    {
      term: m.smallest,
      number: pValue(smallestP),
      note: m.smallestNote(pValue(smallestCorrectedP)),
    },
    { term: m.family, number: `${family}`, note: m.familyNote(explored) },
    {
      term: m.detectable,
      number: effect(data.sure.detectable),
      note: m.detectableNote(effect(data.sure.detectableCorrected)),
    },
  ];
  return (
    <>
      <Heading id="sure" title={m.title}>
        {m.intro}
      </Heading>
      <dl class="figures-row">
        {facts.map(({ term, number, note }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>
              <strong>{number}</strong>
              <small>{note}</small>
            </dd>
          </div>
        ))}
      </dl>
      <EqualAccuracy />
      <Specifications />
    </>
  );
}
