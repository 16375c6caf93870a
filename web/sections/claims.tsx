/** Published claims, each with its verdict, and the evidence it rests on. */
import type { ReportClaim, ReportEvidence } from "../../src/report/report-data.js";
import { terms } from "../../src/report/words/index.js";
import { Heading, VerdictBadge } from "../kit/badges.js";
import { Fold } from "../kit/fold.js";
import { rich } from "../kit/rich.js";
import { useMessages, useView } from "../view.js";
import { PairPanels } from "./pair.js";

export function Claims() {
  const { data } = useView();
  const m = useMessages().claims;
  return (
    <>
      <Heading id="claims" title={m.title}>
        {rich(m.intro)}
      </Heading>
      {data.claims.length === 0 && <p class="empty">{m.none}</p>}
      <div class="claims">
        {data.claims.map((claim) => (
          <Claim key={`${claim.claim} ${claim.arm}`} claim={claim} />
        ))}
      </div>
    </>
  );
}

function Claim({ claim }: { claim: ReportClaim }) {
  const { compared, text } = useView();
  const m = useMessages().claims;
  return (
    <article id={`claim-${claim.claim}-${claim.arm}`} class={`claim ${claim.verdict}`}>
      <header>
        <h3>
          {text(claim.title)}
          {compared.length > 1 && <span class="claim-arm">{claim.arm}</span>}
        </h3>
        <VerdictBadge verdict={claim.verdict} />
        <p class="source">{claim.source}</p>
      </header>
      <EvidenceList items={claim.evidence.filter((item) => item.primary)} />
      <Fold summary={m.more}>{() => <Evidence claim={claim} />}</Fold>
    </article>
  );
}

/** What measures say, each with its own verdict. */
function EvidenceList({ items }: { items: readonly ReportEvidence[] }) {
  const { say, language } = useView();
  const m = useMessages().claims;
  return (
    <ul class="evidence">
      {items.map((item) => (
        <li key={`${item.measure} ${item.contrast?.arm} ${item.contrast?.baseline}`}>
          <VerdictBadge verdict={item.verdict} />
          <span>
            {say.evidence(item)}{" "}
            <small>{m.expected(terms[language].expected[item.expected])}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Everything behind a claim: measures that are only shown, the pairs, definitions and settings. */
function Evidence({ claim }: { claim: ReportClaim }) {
  const m = useMessages().claims;
  const own = claim.evidence.flatMap(({ contrast }) => contrast ?? []);
  const others = claim.evidence.filter((item) => !item.primary);
  return (
    <>
      {others.length > 0 && (
        <>
          <h4>{m.shown}</h4>
          <EvidenceList items={others} />
        </>
      )}
      <PairPanels contrasts={own} />
      <Definitions measures={own.map((contrast) => contrast.measure)} />
    </>
  );
}

/** What the measures are, and how exactly they were taken. */
function Definitions({ measures }: { measures: readonly string[] }) {
  const { measure, text } = useView();
  const m = useMessages().claims;
  return (
    <dl class="definitions">
      {measures.map((name) => {
        const { title, question, reference, settings } = measure(name);
        const set = Object.entries(settings).map(([option, value]) => `${option} ${value}`);
        return (
          <div key={name}>
            <dt>{text(title)}</dt>
            <dd>
              {text(question)}{" "}
              {reference !== "" && (
                <>
                  {m.source}: {reference}.{" "}
                </>
              )}
              {m.settings}: {set.length === 0 ? m.noSettings : <code>{set.join(", ")}</code>}.
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
