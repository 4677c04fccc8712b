/** Source and destination, as rules and NAT have them. */
import type { FieldSpec } from './entry-fields.ts';
import type { Names } from './names.ts';

export const endFields = ({ endpoints }: Names): readonly FieldSpec[] =>
  (['source', 'destination'] as const).map((name) => ({
    name,
    label: `field.${name}`,
    help: 'help.endpoint',
    kind: 'list',
    default: 'any',
    list: endpoints,
  }));
