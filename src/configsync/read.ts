/** Values from XML, as XML_RPC2, phpxmlrpc and PHP's own extension write them. */
import type { Limits, Value } from './value.ts';
import { Malformed, Scanner, type Token } from './xml.ts';

const isBlank = (text: string): boolean => /^[ \t\n\r]*$/.test(text);

export class Reader {
  readonly #scanner: Scanner;
  readonly #limits: Limits;
  #ahead: Token | undefined;
  #values = 0;

  constructor(text: string, limits: Limits) {
    this.#scanner = new Scanner(text);
    this.#limits = limits;
  }

  get line(): number {
    return this.#scanner.line;
  }

  /** The next tag; text that is not blank is an error between tags. */
  #tag(): Token {
    for (;;) {
      const token = this.#ahead ?? this.#scanner.next();
      this.#ahead = undefined;
      if (token.kind !== 'text') return token;
      if (!isBlank(token.text)) throw new Malformed('there is text where an element is expected');
    }
  }

  /** Takes the tag if it opens such an element. */
  opens(name: string): boolean {
    const token = this.#tag();
    if (token.kind === 'open' && token.name === name) return true;
    this.#ahead = token;
    return false;
  }

  open(name: string): void {
    if (!this.opens(name)) throw new Malformed(`<${name}> is expected`);
  }

  close(name: string): void {
    const token = this.#tag();
    if (token.kind !== 'close' || token.name !== name) throw new Malformed(`</${name}> is expected`);
  }

  end(): void {
    if (this.#tag().kind !== 'end') throw new Malformed('something follows the end');
  }

  textOf(name: string): string {
    this.open(name);
    return this.#textUpTo(name);
  }

  #textUpTo(name: string): string {
    let text = '';
    for (;;) {
      const token = this.#scanner.next();
      if (token.kind === 'text') text += token.text;
      else if (token.kind === 'close' && token.name === name) return text;
      else throw new Malformed(`</${name}> is expected`);
    }
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > this.#limits.values) throw new Malformed(`more than ${this.#limits.values} values`);
  }

  /** A whole <value>. Text without a type is a string, and so is none at all. */
  value(depth = 0): Value {
    if (depth > this.#limits.depth) throw new Malformed(`deeper than ${this.#limits.depth}`);
    this.#count();
    this.open('value');
    let text = '';
    for (;;) {
      const token = this.#scanner.next();
      if (token.kind === 'text') text += token.text;
      else if (token.kind === 'close' && token.name === 'value') return text;
      else if (token.kind === 'open' && isBlank(text)) {
        const value = this.#typed(token.name, depth);
        this.close('value');
        return value;
      } else throw new Malformed('</value> is expected');
    }
  }

  #typed(type: string, depth: number): Value {
    if (type === 'array') return this.#array(depth);
    if (type === 'struct') return this.#struct(depth);
    const text = this.#textUpTo(type);
    if (type === 'string') return text;
    const value = scalar(type, text.trim());
    if (value === undefined) throw new Malformed(`<${type}> is no type, or does not contain one`);
    return value;
  }

  #array(depth: number): Value {
    const list: Value[] = [];
    this.open('data');
    for (;;) {
      const token = this.#tag();
      this.#ahead = token;
      if (token.kind !== 'open') break;
      list.push(this.value(depth + 1));
    }
    this.close('data');
    this.close('array');
    return list;
  }

  #struct(depth: number): Value {
    const struct = new Map<string, Value>();
    while (this.opens('member')) {
      this.#count();
      const name = this.textOf('name');
      if (struct.has(name)) throw new Malformed('a struct has two members of one name');
      struct.set(name, this.value(depth + 1));
      this.close('member');
    }
    this.close('struct');
    return struct;
  }
}

function scalar(type: string, text: string): Value | undefined {
  switch (type) {
    case 'int':
    case 'i1':
    case 'i2':
    case 'i4':
    case 'i8':
    case 'ex:i8':
      return integer(text);
    case 'boolean':
      return text === '1' ? true : text === '0' ? false : undefined;
    case 'double':
      return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) && Number.isFinite(Number(text))
        ? { double: Number(text) }
        : undefined;
    case 'dateTime.iso8601':
      return /^\d{4}-?\d\d-?\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:?\d\d)?$/.test(text)
        ? { dateTime: text }
        : undefined;
    case 'base64':
      return base64(text.replace(/[ \t\n\r]+/g, ''));
    case 'nil':
    case 'ex:nil':
      return text === '' ? null : undefined;
    default:
      return undefined;
  }
}

/** Numbers beyond 2^53 would be others here, so they are refused. */
function integer(text: string): number | undefined {
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

function base64(text: string): Value | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return { base64: new Uint8Array(Buffer.from(text, 'base64')) };
}
