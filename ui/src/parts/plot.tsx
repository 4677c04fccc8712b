/** A small plot over time: filled line, own scale, its newest value as text beside it. */
export interface Series {
  readonly label: string;
  readonly values: readonly (number | undefined)[];
  readonly color: string;
}

const width = 300;
const height = 64;

export function Plot({
  title,
  series,
  format,
  most,
}: {
  readonly title: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly most?: number;
}) {
  const top = Math.max(most ?? 1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const newest = series.map(({ values, label }) => `${label} ${format(values.at(-1) ?? 0)}`).join(', ');
  return (
    <figure className="plot">
      <figcaption>
        <span>{title}</span>
        {series.map(({ label, color, values }) => (
          <span key={label} className="num">
            <i style={{ background: color }} /> {label} <b>{format(values.at(-1) ?? 0)}</b>
          </span>
        ))}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${newest}`}
      >
        <path className="rule" d={`M0 .5H${width}M0 ${height - 0.5}H${width}`} />
        {series.map(({ label, values, color }) => (
          <path key={label} d={pathOf(values, top)} stroke={color} className="line" />
        ))}
      </svg>
      <span className="scale num" aria-hidden="true">
        {format(top)}
      </span>
    </figure>
  );
}

function pathOf(values: readonly (number | undefined)[], top: number): string {
  const step = width / Math.max(1, values.length - 1);
  let pen = false;
  return values
    .map((value, index) => {
      if (value === undefined) {
        pen = false;
        return '';
      }
      const point = `${pen ? 'L' : 'M'}${(index * step).toFixed(1)} ${(height - 2 - (value / top) * (height - 4)).toFixed(1)}`;
      pen = true;
      return point;
    })
    .join('');
}
