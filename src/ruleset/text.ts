/** Pieces of nft's language. */

export function joined(...parts: readonly string[]): string {
  let text = '';
  for (const part of parts) if (part !== '') text = text === '' ? part : `${text} ${part}`;
  return text;
}

/** `{ a, b }`, or the element alone when there is one. */
export const anyOf = (elements: readonly (string | number)[]): string =>
  elements.length === 1 ? String(elements[0]) : `{ ${elements.join(', ')} }`;

/** The kernel holds 128 bytes of comment, the end mark included (nft: NFTNL_UDATA_COMMENT_MAXLEN). */
const commentBytes = 120;

/** A text as a string of nft, which knows no escapes: what could end or break one is replaced. */
export function quoted(text: string): string {
  // Most texts are short and plain; with thousands of rules it shows.
  if (text.length <= commentBytes && /^[ !#-[\]-~]*$/.test(text)) return `"${text.trim()}"`;
  const safe = text.replace(/["\\]/g, "'").replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  const encoder = new TextEncoder();
  let cut = '';
  let used = 0;
  for (const character of safe) {
    used += encoder.encode(character).length;
    if (used > commentBytes) break;
    cut += character;
  }
  return `"${cut.trim()}"`;
}
