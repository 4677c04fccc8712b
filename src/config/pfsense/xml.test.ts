import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  all,
  at,
  decodeEntities,
  lineOf,
  readXml,
  textAt,
  wholeAt,
  type XmlElement,
  xmlLimits,
} from './xml.ts';

const faultOf = (text: string) => {
  const read = readXml(text);
  return read.ok ? undefined : `${read.error.problem}:${read.error.line}`;
};
const rootOf = (text: string): XmlElement => {
  const read = readXml(text);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
};

const refused: readonly (readonly [string, string, string])[] = [
  ['nothing', '', 'empty:1'],
  ['space alone', ' \n ', 'empty:1'],
  [
    'an internal document type',
    '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x "y">]>\n<a>&x;</a>',
    'doctype:2',
  ],
  ['an external one', '<!DOCTYPE a SYSTEM "file:///etc/passwd">\n<a/>', 'doctype:1'],
  [
    'a billion laughs',
    '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;"><!ENTITY d "&c;&c;&c;">]>\n<a>&d;</a>',
    'doctype:1',
  ],
  ['a parameter entity', '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://a/b"> %x;]><a/>', 'doctype:1'],
  ['an unknown entity', '<a>\n<b>&eacute;</b></a>', 'entity:2'],
  ['a null character', '<a>&#0;</a>', 'entity:1'],
  ['a control character', '<a>\n\u0001</a>', 'malformed:2'],
  ['tags that cross', '<a>\n<b>\n</a>', 'malformed:3'],
  ['two roots', '<a/>\n<b/>', 'malformed:2'],
  ['text alone', 'interfaces: wan', 'malformed:1'],
  ['an end within an element', '<a>\n<b>\n<c>x</c>\n', 'truncated:2'],
  ['an end within CDATA', '<a>\n<b><![CDATA[x', 'truncated:2'],
  ['an end within a tag', '<a', 'truncated:1'],
  ['too much depth', '<a>\n'.repeat(xmlLimits.depth + 1), `too-deep:${xmlLimits.depth + 1}`],
];
for (const [what, text, expected] of refused) {
  test(`refused: ${what}`, () => assert.equal(faultOf(text), expected));
}

test('a tree keeps names in lower case, lines, and text without the space around it', () => {
  const root = rootOf('<pfSense>\n<Vip>\n\t<vhid> 10\n</vhid></Vip>\n<vip><vhid>11</vhid></vip></pfSense>');
  assert.equal(root.name, 'pfsense');
  assert.deepEqual(
    all(root, 'vip').map((vip) => [
      vip.line,
      wholeAt(vip, 'vhid'),
      lineOf(vip, 'vhid'),
      lineOf(vip, 'advskew'),
    ]),
    [
      [2, 10, 3, 2],
      [5, 11, 5, 5],
    ],
  );
  assert.equal(at(root, 'vip', 'none'), undefined);
  assert.equal(textAt(undefined, 'vip'), '');
});

test('text between elements does not disturb', () => {
  assert.equal(textAt(rootOf('<a> \t stray <b>1</b></a>'), 'b'), '1');
});

test('pfSense encodes twice, OPNsense once', () => {
  const inner = '<descr><![CDATA[caf&eacute; &amp; &#039;bar&#039; &nope;]]></descr>';
  assert.equal(textAt(rootOf(`<pfsense>${inner}</pfsense>`), 'descr'), "café & 'bar' &nope;");
  assert.equal(textAt(rootOf('<opnsense><descr>&amp;amp;</descr></opnsense>'), 'descr'), '&amp;');
  assert.equal(textAt(rootOf('<pfsense><descr>&amp;amp;</descr></pfsense>'), 'descr'), '&');
  assert.equal(decodeEntities('&#x110000;&#0;'), '&#x110000;&#0;');
});

test('any text is read or refused with a line in it, never worse', () => {
  const piece = fc.constantFrom(
    '<a>',
    '</a>',
    '<b/>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '&amp;',
    '&x;',
    '<!DOCTYPE a',
    '[',
    ']',
    '>',
    '<?x?>',
    '\n',
    'é',
    '<a b="',
    '"',
    '<',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string({ maxLength: 8, unit: 'binary' })), { maxLength: 40 }),
      (parts) => {
        const text = parts.join('');
        const read = readXml(text);
        if (read.ok) return;
        assert.ok(
          read.error.line >= 1 && read.error.line <= text.split(/\r\n|[\n\r\u0085\u2028]/).length + 1,
        );
      },
    ),
    { numRuns: 3_000 },
  );
});

test('whatever text pfSense writes comes back', () => {
  const encode = (text: string): string =>
    text.replace(/[&<>"']/g, (c) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#039' }[c]};`);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const root = rootOf(`<pfsense><descr><![CDATA[${encode(text)}]]></descr></pfsense>`);
      assert.equal(textAt(root, 'descr'), text.trim());
    }),
  );
});

test('every beginning of a file is refused, and none throws', () => {
  const whole =
    '<?xml version="1.0"?>\n<pfsense>\n<vip a="1"><descr><![CDATA[x &amp;]]></descr></vip>\n</pfsense>';
  assert.equal(faultOf(whole), undefined);
  for (let length = 0; length < whole.length; length += 1)
    assert.notEqual(faultOf(whole.slice(0, length)), undefined, whole.slice(0, length));
});
