/**
 * As much XML as XML-RPC needs, read piece by piece: elements, text, CDATA. Attributes, comments and processing
 * instructions are passed over. A document type is refused, so there are no entities but the five of XML itself.
 */

/** Thrown by the scanner and what reads from it; codec.ts makes a failed Result of it. */
export class Malformed extends Error {}

export type Token =
  | { readonly kind: 'open' | 'close'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end' };

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** What XML 1.0 calls a Char is everything but this. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const notChar = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const openTag = /^([A-Za-z_][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)$/;
const closeTag = /^\/([A-Za-z_][\w.:-]*)\s*$/;
const longestTag = 1024;

/** Whether XML can carry a text at all. */
export const isCarriable = (text: string): boolean => !notChar.test(text);

/** Bare carriage returns would be read as line feeds. */
export const escaped = (text: string): string =>
  text.replace(/[&<>\r]/g, (c) => (c === '&' ? '&amp;' : c === '<' ? '&lt;' : c === '>' ? '&gt;' : '&#13;'));

export class Scanner {
  readonly #text: string;
  #at = 0;
  /** The close of an element that was empty. */
  #owed: string | undefined;

  constructor(text: string) {
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  get line(): number {
    return this.#text.slice(0, this.#at).split('\n').length;
  }

  next(): Token {
    if (this.#owed !== undefined) {
      const name = this.#owed;
      this.#owed = undefined;
      return { kind: 'close', name };
    }
    for (;;) {
      if (this.#at >= this.#text.length) return { kind: 'end' };
      if (this.#text[this.#at] !== '<') return this.#characters();
      if (this.#text.startsWith('<!--', this.#at)) this.#upTo('-->', 4);
      else if (this.#text.startsWith('<![CDATA[', this.#at)) {
        return { kind: 'text', text: checked(withLineFeeds(this.#upTo(']]>', 9))) };
      } else if (this.#text.startsWith('<?', this.#at)) this.#upTo('?>', 2);
      else if (this.#text.startsWith('<!', this.#at)) throw new Malformed('a document type is not accepted');
      else return this.#tag();
    }
  }

  /** Passes over an opening of `skip` characters and what follows up to `end`; the part between. */
  #upTo(end: string, skip: number): string {
    const from = this.#at + skip;
    const found = this.#text.indexOf(end, from);
    if (found < 0) throw new Malformed(`"${end}" is missing`);
    this.#at = found + end.length;
    return this.#text.slice(from, found);
  }

  #characters(): Token {
    const found = this.#text.indexOf('<', this.#at);
    const end = found < 0 ? this.#text.length : found;
    const raw = withLineFeeds(this.#text.slice(this.#at, end));
    this.#at = end;
    return { kind: 'text', text: checked(raw.includes('&') ? decoded(raw) : raw) };
  }

  #tag(): Token {
    const from = this.#at + 1;
    const found = this.#text.indexOf('>', from);
    if (found < 0 || found - from > longestTag) throw new Malformed('a tag has no end');
    const inside = this.#text.slice(from, found);
    this.#at = found + 1;
    const closing = closeTag.exec(inside)?.[1];
    if (closing !== undefined) return { kind: 'close', name: closing };
    const opening = openTag.exec(inside);
    const name = opening?.[1];
    if (name === undefined) throw new Malformed('a tag is malformed');
    if (opening?.[3] === '/') this.#owed = name;
    return { kind: 'open', name };
  }
}

const withLineFeeds = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

function checked(text: string): string {
  if (!isCarriable(text)) throw new Malformed('a character is none of XML');
  return text;
}

function decoded(text: string): string {
  return text.replace(/&([^;&]{0,16};)?/g, (_, reference: string | undefined) => {
    const name = reference?.slice(0, -1) ?? '';
    const known = Object.hasOwn(entities, name) ? entities[name] : undefined;
    if (known !== undefined) return known;
    const digits = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name);
    if (digits === null) throw new Malformed('an entity is not one of the five of XML');
    const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
    if (code > 0x10ffff) throw new Malformed('a character is none of XML');
    return String.fromCodePoint(code);
  });
}
