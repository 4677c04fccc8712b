/** Boxes of which any number can be ticked; their order is that of the choices. */
import type { Choice } from './choice.ts';

export function Checks({
  choices,
  held,
  onChange,
}: {
  readonly choices: readonly Choice[];
  readonly held: readonly string[];
  readonly onChange: (held: string[]) => void;
}) {
  const toggle = (value: string, isOn: boolean) =>
    onChange(choices.map((one) => one.value).filter((one) => (one === value ? isOn : held.includes(one))));
  return choices.map(({ value, label }) => (
    <label key={value} className="check">
      <input
        type="checkbox"
        checked={held.includes(value)}
        onChange={(event) => toggle(value, event.target.checked)}
      />
      {label}
    </label>
  ));
}
