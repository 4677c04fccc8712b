/**
 * A safe reader of config.xml: a tree of elements with their lines, and nothing that a file could make it do besides.
 * A document type, an entity beyond the five of XML, too much depth or too many elements end the reading.
 */
import { SaxesParser } from 'saxes';
import { fail, ok, type Result } from '#base/result.ts';

export interface XmlElement {
  /** In lower case, as pfSense reads names. */
  readonly name: string;
  /** Where its start tag ends, from 1. */
  readonly line: number;
  /** Without the space around it; empty when there are children. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

export const xmlProblems = [
  'too-large',
  'too-deep',
  'too-many',
  'doctype',
  'entity',
  'malformed',
  'truncated',
  'empty',
] as const;
export type XmlProblem = (typeof xmlProblems)[number];
export interface XmlFault {
  readonly problem: XmlProblem;
  readonly line: number;
  /** What the parser says, in English; empty when the problem says it all. */
  readonly detail: string;
}

export const xmlLimits = { bytes: 100_000_000, depth: 64, elements: 5_000_000 } as const;

interface Growing {
  readonly name: string;
  readonly line: number;
  text: string;
  readonly children: Growing[];
}

class Refused extends Error {
  readonly fault: XmlFault;
  constructor(problem: XmlProblem, line: number, detail = '') {
    super(problem);
    this.fault = { problem, line, detail };
  }
}

/** Reads a whole file. Never throws, whatever the text. */
export function readXml(text: string): Result<XmlElement, XmlFault> {
  if (text.length > xmlLimits.bytes) return fail({ problem: 'too-large', line: 1, detail: '' });
  if (text.trim() === '') return fail({ problem: 'empty', line: 1, detail: '' });
  try {
    return ok(parse(text));
  } catch (error) {
    if (error instanceof Refused) return fail(error.fault);
    throw error;
  }
}

function parse(text: string): XmlElement {
  const parser = new SaxesParser({ position: true });
  const open: Growing[] = [];
  let root: Growing | undefined;
  let count = 0;
  let decodes = true;
  parser.on('doctype', () => {
    throw new Refused('doctype', parser.line);
  });
  parser.on('error', (error) => {
    const detail = error.message.replace(/^[^:]*:?\d+:\d+: /, '');
    const problem = problemOf(detail);
    // What is left open at the end is said where it was opened.
    const line = problem === 'truncated' ? (open.at(-1)?.line ?? parser.line) : parser.line;
    throw new Refused(problem, line, detail.slice(0, 200));
  });
  parser.on('opentag', ({ name }) => {
    count += 1;
    if (count > xmlLimits.elements) throw new Refused('too-many', parser.line);
    if (open.length >= xmlLimits.depth) throw new Refused('too-deep', parser.line);
    const element: Growing = { name: name.toLowerCase(), line: parser.line, text: '', children: [] };
    const parent = open.at(-1);
    if (parent === undefined) {
      root = element;
      // OPNsense writes text once; pfSense encodes it before it writes XML.
      decodes = element.name !== 'opnsense';
    } else parent.children.push(element);
    open.push(element);
  });
  const take = (part: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element === undefined) return;
    const trimmed = element.children.length > 0 ? '' : element.text.trim();
    element.text = decodes ? decodeEntities(trimmed) : trimmed;
  });
  parser.write(text).close();
  if (root === undefined) throw new Refused('empty', 1);
  return root;
}

function problemOf(detail: string): XmlProblem {
  if (/entit/i.test(detail)) return 'entity';
  if (/^unclosed|^unexpected end|must contain a root/i.test(detail)) return 'truncated';
  return 'malformed';
}

/** Latin-1 names from 160 to 255: all that htmlentities() of PHP writes below 256. */
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
const named = new Map<string, string>([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['euro', '€'],
  ['rsquo', '’'],
  ['lsquo', '‘'],
  ['ndash', '–'],
  ['mdash', '—'],
  ['hellip', '…'],
  ['oelig', 'œ'],
  ...latin.split(' ').map((name, i): [string, string] => [name, String.fromCodePoint(160 + i)]),
]);

/** Once more what pfSense has encoded twice; what is no entity stays as it is. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named.get(name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The first element at the end of a path. */
export function at(from: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>(
    (element, name) => element?.children.find((child) => child.name === name),
    from,
  );
}

/** Every element of the path's last name below the first of the others. */
export function all(from: XmlElement | undefined, ...path: readonly string[]): readonly XmlElement[] {
  const last = path.at(-1);
  return at(from, ...path.slice(0, -1))?.children.filter((child) => child.name === last) ?? [];
}

export const textAt = (from: XmlElement | undefined, ...path: readonly string[]): string =>
  at(from, ...path)?.text ?? '';

/** The line of a child, or of the element itself where the child is left out. */
export const lineOf = (element: XmlElement, ...path: readonly string[]): number =>
  at(element, ...path)?.line ?? element.line;

/** Whole numbers as config.xml writes them. */
export function wholeAt(from: XmlElement | undefined, ...path: readonly string[]): number | undefined {
  const text = textAt(from, ...path);
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
