/** Published claims, each with its verdict, and the evidence it rests on. */
import type { ReportClaim } from "../../src/report/report-data.js";
import { type Numbers, Table } from "../figures/figure.js";
import { amount, changeWithInterval, pValue, tidy } from "../format.js";
import { Heading, VerdictBadge } from "../parts.js";
import { useView } from "../view.js";

export function Claims() {
  const { data } = useView();
  return (
    <>
      <Heading id="claims" title="What is said, and what was found">
        A measure <b>supports</b> a claim when the 95 % interval of the difference lies on the
        expected side of nought and the sign-flip test, corrected for the number of deciding
        measures, agrees; it <b>refutes</b> the claim when the interval lies on the other side;
        otherwise it is <b>inconclusive</b>. Of several deciding measures all must support; where
        they are facets of one thing, one must, and none refute.
      </Heading>
      {data.claims.length === 0 && (
        <p class="empty">This study has no baseline to test claims against.</p>
      )}
      <div class="claims">
        {data.claims.map((claim) => (
          <Claim key={`${claim.claim} ${claim.arm}`} claim={claim} />
        ))}
      </div>
    </>
  );
}

function Claim({ claim }: { claim: ReportClaim }) {
  const { compared } = useView();
  return (
    <article id={`claim-${claim.claim}-${claim.arm}`} class={`claim ${claim.verdict}`}>
      <header>
        <h3>
          {claim.title}
          {compared.length > 1 && <span class="claim-arm">{claim.arm}</span>}
        </h3>
        <VerdictBadge verdict={claim.verdict} />
        <p class="source">{claim.source}</p>
      </header>
      <EvidenceList evidence={claim.evidence.filter((item) => item.primary)} />
      <details>
        <summary>More evidence, and the numbers</summary>
        <EvidenceList evidence={claim.evidence.filter((item) => !item.primary)} />
        <Evidence claim={claim} />
      </details>
    </article>
  );
}

/** What measures say, each with its own verdict. */
function EvidenceList({ evidence }: Pick<ReportClaim, "evidence">) {
  return (
    <ul class="evidence">
      {evidence.map((item) => (
        <li key={item.measure}>
          <VerdictBadge verdict={item.verdict} />
          <span>
            {tidy(item.sentence)} <small>Expected: {item.expected}.</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Evidence({ claim }: { claim: ReportClaim }) {
  const { data, contrasts, measure } = useView();
  const names = new Set(claim.evidence.map((evidence) => evidence.measure));
  const rows = contrasts(claim.arm).filter((contrast) => names.has(contrast.measure));
  if (rows.length === 0) return null;
  const baseline = rows[0].baseline;
  const numbers: Numbers = {
    columns: ["measure", baseline, claim.arm, "difference [95 %]", "p", "p, corrected", "pairs"],
    rows: rows.map((contrast) => {
      const of = measure(contrast.measure);
      return [
        of.title,
        amount(of, contrast.baselineMean),
        amount(of, contrast.armMean),
        changeWithInterval(of, contrast),
        pValue(contrast.pValue),
        pValue(contrast.holmP),
        `${contrast.pairs.length} of ${data.setup.seeds.length}`,
      ];
    }),
  };
  return <Table title={`Evidence for: ${claim.title}`} numbers={numbers} />;
}
