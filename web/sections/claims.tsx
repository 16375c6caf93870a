/** Published claims, each with its verdict, and the evidence it rests on. */
import type { ReportClaim } from "../../src/report/report-data.js";
import { Heading, VerdictBadge } from "../kit/badges.js";
import { Fold } from "../kit/fold.js";
import { rich } from "../kit/rich.js";
import { useMessages, useView } from "../view.js";
import { Evidence, EvidenceList } from "./evidence.js";
import { Unjudged } from "./unjudged.js";

export function Claims() {
  const { tested, data } = useView();
  const m = useMessages().claims;
  return (
    <>
      <Heading id="claims" title={m.title}>
        {rich(m.intro)}
      </Heading>
      {data.claims.length === 0 && <p class="empty">{m.none}</p>}
      {tested.length > 0 && <p class="key">{rich(m.key)}</p>}
      <div class="claims">
        {tested.map((claim) => (
          <Claim key={`${claim.claim} ${claim.arm}`} claim={claim} />
        ))}
      </div>
      <Unjudged />
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
