/** The answer first: the question, a few sentences, the verdicts at a glance. */
import type { Verdict } from "../../src/report/report-data.js";
import { plural, tidy } from "../format.js";
import { VerdictBadge } from "../parts.js";
import { useView } from "../view.js";

const verdicts: readonly Verdict[] = ["supported", "refuted", "inconclusive"];

export function Answer() {
  const { data, compared } = useView();
  const counts = verdicts
    .map((verdict) => ({ verdict, n: data.claims.filter((c) => c.verdict === verdict).length }))
    .filter(({ n }) => n > 0);
  return (
    <div class="answer">
      <p class="eyebrow">
        A NormLens study · {data.setup.dataset.name} · {data.setup.model.name} network ·{" "}
        {plural(data.setup.seeds.length, "paired seed")}
      </p>
      <h1 id="answer-title">{data.question}</h1>
      <div class="columns">
        <div>
          <div class="lead">
            {data.answer.sentences.map((sentence) => (
              <p key={sentence}>{tidy(sentence)}</p>
            ))}
          </div>
          {data.answer.cautions.length > 0 && (
            <div class="caution" role="note">
              <strong>Read with care.</strong>{" "}
              {data.answer.cautions.map((caution) => (
                <span key={caution}>{caution} </span>
              ))}
            </div>
          )}
        </div>
        {data.claims.length > 0 && (
          <aside>
            <h3 class="tally">
              {plural(data.claims.length, "published claim")} put to the test:{" "}
              {counts.map(({ verdict, n }) => `${n} ${verdict}`).join(", ")}
            </h3>
            <ul class="verdicts">
              {data.claims.map((claim) => (
                <li key={`${claim.claim} ${claim.arm}`}>
                  <a href={`#claim-${claim.claim}-${claim.arm}`}>
                    <VerdictBadge verdict={claim.verdict} />
                    <span class="claim-title">{claim.title}</span>
                    {compared.length > 1 && <span class="claim-arm">{claim.arm}</span>}
                  </a>
                </li>
              ))}
            </ul>
          </aside>
        )}
      </div>
    </div>
  );
}
