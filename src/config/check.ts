/** Judges what the fields of a document mean together. */
import type { ClusterDocument } from './document.ts';
import type { Finding, Path, Place } from './findings.ts';

/** Everything that is wrong with a document that the schema accepts. */
export function checkDocument(_document: ClusterDocument, _locate: (path: Path) => Place): Finding[] {
  return [];
}
