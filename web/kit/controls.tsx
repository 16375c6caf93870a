/** Controls: one of a few, a place on a scale. Absent where there is nothing to choose. */
import { useId } from "preact/hooks";
import { useMessages, useView } from "../view.js";

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly title: string }[];
  readonly onChange: (value: Value) => void;
}

/** A labelled select. */
export function Choice<Value extends string>({
  label,
  value,
  choices,
  onChange,
}: ChoiceProps<Value>) {
  const id = useId();
  if (choices.length < 2) return null;
  const choose = (wanted: string) => {
    const found = choices.find((choice) => choice.value === wanted);
    if (found !== undefined) onChange(found.value);
  };
  return (
    <span class="choice">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
    </span>
  );
}

/** A few choices side by side, all of them seen. */
export function Switch<Value extends string>({
  label,
  value,
  choices,
  onChange,
}: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset class="switch">
      <legend class="hidden">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>{choice.title}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface SliderProps {
  readonly label: string;
  /** Place in the list of titles. */
  readonly value: number;
  readonly titles: readonly string[];
  readonly onChange: (value: number) => void;
}

/** A place in a short list, by a slider. */
export function Slider({ label, value, titles, onChange }: SliderProps) {
  const id = useId();
  if (titles.length < 2) return null;
  return (
    <span class="slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={titles.length - 1}
        step={1}
        value={value}
        aria-valuetext={titles[value]}
        onInput={(event) => onChange(Number(event.currentTarget.value))}
      />
      <output for={id}>{titles[value]}</output>
    </span>
  );
}

/** Which arm the figures compare with the baseline. */
export function ArmChoice() {
  const { compared, selected, selectArm } = useView();
  const m = useMessages().page;
  const choices = compared.map(({ name }) => ({ value: name, title: name }));
  return (
    <Choice label={m.comparedArm} value={selected.name} choices={choices} onChange={selectArm} />
  );
}
