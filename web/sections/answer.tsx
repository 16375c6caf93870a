/** The answer first: the question, the strongest findings, the verdicts at a glance. */
import { useMemo } from "preact/hooks";
import type { Finding, ReportContrast, Verdict } from "../../src/report/report-data.js";
import type { Frame } from "../figures/frame.js";
import { strip, stripHeight } from "../figures/strip.js";
import { VerdictBadge } from "../kit/badges.js";
import { Drawing } from "../kit/drawing.js";
import { useMessages, useView } from "../view.js";
import { useSlopes } from "./pair.js";

export function Answer() {
  const { data, say } = useView();
  const m = useMessages().answer;
  const { setup, answer } = data;
  const open = say.open();
  return (
    <div class="answer">
      <p class="eyebrow">{m.eyebrow(setup.dataset.name, setup.model.name, setup.seeds.length)}</p>
      <h1 id="answer-title">{say.question()}</h1>
      <p class="lead">{say.intro()}</p>
      {answer.cautions.length > 0 && (
        <div class="caution" role="note">
          <strong>{m.caution}</strong>{" "}
          {answer.cautions.map((caution) => (
            <span key={caution.kind}>{say.caution(caution)} </span>
          ))}
        </div>
      )}
      <div class="columns">
        <div>
          <h2 class="hidden">{m.findings}</h2>
          {answer.findings.length === 0 && <p class="empty">{m.nothing}</p>}
          <ol class="findings">
            {answer.findings.map((finding) => (
              <FindingItem key={`${finding.measure} ${finding.arm}`} finding={finding} />
            ))}
          </ol>
          {open !== undefined && <p class="open">{open}</p>}
        </div>
        <Tally />
      </div>
    </div>
  );
}

function FindingItem({ finding }: { finding: Finding }) {
  const { data, say, text, measure, numbers } = useView();
  const contrast = say.contrastOf(finding);
  const claim = data.claims.find((c) => c.claim === finding.claim && c.arm === finding.arm);
  if (contrast === undefined) return null;
  return (
    <li class="finding">
      <div class="finding-size">
        <strong class={`change ${contrast.reading}`}>
          {numbers.change(measure(contrast.measure), contrast, contrast.difference)}
        </strong>
        {claim !== undefined && <VerdictBadge verdict={claim.verdict} />}
      </div>
      <div>
        {claim !== undefined && (
          <p class="finding-claim">
            <a href={`#claim-${claim.claim}-${claim.arm}`}>{text(claim.title)}</a>
          </p>
        )}
        <p>{say.finding(finding)}</p>
        <Strip contrast={contrast} />
      </div>
    </li>
  );
}

function Strip({ contrast }: { contrast: ReportContrast }) {
  const { measure, text, numbers } = useView();
  const m = useMessages().answer;
  const facts = useSlopes(contrast);
  const draw = useMemo(() => (frame: Frame) => strip(facts, frame), [facts]);
  const of = measure(contrast.measure);
  const { baseline, baselineMean, arm, armMean } = contrast;
  const label = m.strip(
    text(of.title),
    baseline,
    numbers.amount(of, baselineMean),
    arm,
    numbers.amount(of, armMean),
  );
  return <Drawing draw={draw} label={label} height={stripHeight} />;
}

const verdicts: readonly Verdict[] = ["supported", "refuted", "negligible", "inconclusive"];

/** How the claims came out, verdict by verdict. */
function Tally() {
  const { tested, compared, text } = useView();
  const m = useMessages().answer;
  if (tested.length === 0) return null;
  return (
    <aside>
      <h2 class="tally">{m.tally(tested.length)}</h2>
      {verdicts
        .map((verdict) => ({ verdict, claims: tested.filter((c) => c.verdict === verdict) }))
        .filter(({ claims }) => claims.length > 0)
        .map(({ verdict, claims }) => (
          <div class="verdict-group" key={verdict}>
            <h3>
              <VerdictBadge verdict={verdict} /> {claims.length}
            </h3>
            <ul class="verdicts">
              {claims.map((claim) => (
                <li key={`${claim.claim} ${claim.arm}`}>
                  <a href={`#claim-${claim.claim}-${claim.arm}`}>{text(claim.title)}</a>
                  {compared.length > 1 && <span class="claim-arm">{claim.arm}</span>}
                </li>
              ))}
            </ul>
          </div>
        ))}
    </aside>
  );
}
