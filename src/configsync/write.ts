/** Values as XML, in the words of pfSense's library. */
import { isList, isStruct, usualLimits, type Value } from './value.ts';
import { escaped, isCarriable, Malformed } from './xml.ts';

const mostInt = 2 ** 31 - 1;

export function write(value: Value): string {
  const parts: string[] = [];
  writeTo(parts, value, 0);
  return parts.join('');
}

function text(value: string): string {
  if (!isCarriable(value)) throw new Malformed('a text has a character that XML cannot carry');
  return escaped(value);
}

function writeTo(out: string[], value: Value, depth: number): void {
  if (depth > usualLimits.depth) throw new Malformed(`deeper than ${usualLimits.depth}`);
  out.push('<value>');
  if (isList(value)) {
    out.push('<array><data>');
    for (const item of value) writeTo(out, item, depth + 1);
    out.push('</data></array>');
  } else if (isStruct(value)) {
    out.push('<struct>');
    for (const [name, member] of value) {
      out.push('<member><name>', text(name), '</name>');
      writeTo(out, member, depth + 1);
      out.push('</member>');
    }
    out.push('</struct>');
  } else out.push(scalar(value));
  out.push('</value>');
}

function scalar(value: Exclude<Value, readonly Value[] | ReadonlyMap<string, Value>>): string {
  if (value === null) return '<nil/>';
  if (typeof value === 'string') return `<string>${text(value)}</string>`;
  if (typeof value === 'boolean') return `<boolean>${value ? 1 : 0}</boolean>`;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new Malformed('a number is no integer');
    return value > mostInt || value < -mostInt - 1 ? `<i8>${value}</i8>` : `<int>${value}</int>`;
  }
  if ('double' in value) {
    if (!Number.isFinite(value.double)) throw new Malformed('a number is not finite');
    return `<double>${Object.is(value.double, -0) ? '-0' : value.double}</double>`;
  }
  if ('dateTime' in value) return `<dateTime.iso8601>${text(value.dateTime)}</dateTime.iso8601>`;
  return `<base64>${Buffer.from(value.base64).toString('base64')}</base64>`;
}
