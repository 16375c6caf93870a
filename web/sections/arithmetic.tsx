/** One pixel through a batch norm, line by line with its numbers; then the same channel folded. */
import type { ComponentChildren } from "preact";
import type { Microscope } from "../../src/report/report-data.js";
import { plain } from "../../src/report/words/index.js";
import type { Point } from "../kit/pixel-cursor.js";
import { useMessages } from "../view.js";

type CloseUp = Microscope["closeUps"][number];

interface ArithmeticProps {
  readonly closeUp: CloseUp;
  readonly channel: CloseUp["stored"][number];
  readonly x: number;
  readonly point: Point;
}

export function Arithmetic({ closeUp, channel, x, point }: ArithmeticProps) {
  const m = useMessages().microscope;
  const { epsilon, fold } = closeUp;
  const { mean, variance, gamma, beta, batchMean, batchVariance } = channel;
  const deviation = Math.sqrt(variance + epsilon);
  const z = (x - mean) / deviation;
  const y = gamma * z + beta;
  const s = gamma / deviation;
  const t = beta - s * mean;
  const inBatch = gamma * ((x - batchMean) / Math.sqrt(batchVariance + epsilon)) + beta;
  const n = (value: number): string => (value < 0 ? `(${plain(value)})` : plain(value));
  return (
    <div class="arithmetic">
      <Steps title={m.followed(point.y + 1, point.x + 1)}>
        <Step name="x" formula={m.input} value={x} />
        <Step
          name="z"
          formula={`(x − μ)/√(σ² + ε) = (${plain(x)} − ${n(mean)})/√(${plain(variance)} + ${plain(epsilon)})`}
          value={z}
        />
        <Step name="y" formula={`γ·z + β = ${n(gamma)}·${n(z)} + ${n(beta)}`} value={y} />
      </Steps>
      <Steps title={m.folded}>
        <Step name="s" formula={`γ/√(σ² + ε) = ${n(gamma)}/${plain(deviation)}`} value={s} />
        <Step name="t" formula={`β − s·μ = ${n(beta)} − ${n(s)}·${n(mean)}`} value={t} />
        <Step name="y" formula={`s·x + t = ${n(s)}·${n(x)} + ${n(t)}`} value={s * x + t} />
        <p>{fold ? m.foldsInto[fold.direction](fold.into) : m.foldsNowhere}</p>
        <p>{s < 0 ? m.negative : t === 0 ? m.noShift : m.shift(plain(t))}</p>
      </Steps>
      <Steps title={m.inBatch}>
        <Step name="μ" formula={m.ofBatch(plain(mean))} value={batchMean} />
        <Step name="σ²" formula={m.ofBatch(plain(variance))} value={batchVariance} />
        <Step name="y" formula={m.wouldBe(plain(y))} value={inBatch} />
      </Steps>
    </div>
  );
}

function Steps({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="steps">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Step({ name, formula, value }: { name: string; formula: string; value: number }) {
  return (
    <p class="step">
      <i>{name}</i>
      <span>{formula}</span>
      <b>= {plain(value)}</b>
    </p>
  );
}
