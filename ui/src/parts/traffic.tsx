/** Plots of a node's traffic and states, of the counters that come once a second. */
import type { Counters } from '#api/contract/node-questions.ts';
import { plotSeconds } from '../data/live.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Plot } from './plot.tsx';

type Figure = 'rxBytes' | 'txBytes';

/** Bits a second between two readings of a counter that only grows; undefined where it began anew. */
function rates(counters: readonly Counters[], name: string, figure: Figure): (number | undefined)[] {
  const figureOf = (entry: Counters) => entry.interfaces.find((one) => one.interface === name)?.[figure];
  const read = counters.slice(1).map((entry, index) => {
    const before = counters[index];
    const [old, now] = [before === undefined ? undefined : figureOf(before), figureOf(entry)];
    if (before === undefined || old === undefined || now === undefined || now < old) return undefined;
    return ((now - old) * 8_000) / Math.max(1, entry.time - before.time);
  });
  return [...Array.from({ length: Math.max(0, plotSeconds - read.length) }, () => undefined), ...read];
}

export function Traffic({
  counters,
  titles,
}: {
  readonly counters: readonly Counters[];
  readonly titles: Readonly<Record<string, string>>;
}) {
  const { t, number } = useSpeech();
  const newest = counters.at(-1);
  if (newest === undefined) return null;
  const bits = (value: number) =>
    value >= 1e9
      ? `${number(value / 1e9, 1)} Gbit/s`
      : value >= 1e6
        ? `${number(value / 1e6, 1)} Mbit/s`
        : `${number(value / 1e3, 1)} kbit/s`;
  const states = counters.map((entry) => entry.states);
  const padded = [
    ...Array.from({ length: Math.max(0, plotSeconds - states.length) }, () => undefined),
    ...states,
  ];
  return (
    <div className="plots">
      {newest.interfaces.map(({ interface: name }) => (
        <Plot
          key={name}
          title={titles[name] ?? name}
          format={bits}
          most={8_000}
          series={[
            { label: t('traffic.in'), color: 'var(--accent)', values: rates(counters, name, 'rxBytes') },
            { label: t('traffic.out'), color: 'var(--good)', values: rates(counters, name, 'txBytes') },
          ]}
        />
      ))}
      {newest.states !== undefined && (
        <Plot
          title={t('page.states')}
          format={(value) => number(Math.round(value))}
          most={10}
          series={[{ label: '', color: 'var(--accent)', values: padded }]}
        />
      )}
    </div>
  );
}
