import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCall, decodeResponse, encodeAnswer, encodeCall, encodeFault } from './codec.ts';
import { usualLimits, type Value } from './value.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A value inside a call, as it was written by someone. */
function read(value: string): Value | string {
  const text = `<?xml version="1.0"?>\n<methodCall><methodName>m</methodName><params><param>${value}</param></params></methodCall>`;
  const call = decodeCall(bytes(text));
  if (!call.ok) return `refused: ${call.error}`;
  return call.value.params[0] ?? null;
}

const carriable = fc
  .string({ unit: 'binary' })
  .map((text) => text.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, ''));
const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    carriable,
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => ({ double })),
    fc.uint8Array().map((base64) => ({ base64 })),
    fc.constant({ dateTime: '20261121T12:00:00' }),
    fc.array(tie('value')),
    fc
      .uniqueArray(fc.tuple(carriable, tie('value')), { selector: ([name]) => name })
      .map((members) => new Map(members)),
  ),
}));

test('every value comes back as it was sent', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 3 }), (params) => {
      const sent = encodeCall({ method: 'pfsense.x', params });
      assert.ok(sent.ok);
      const back = decodeCall(bytes(sent.value));
      assert.deepEqual(back, { ok: true, value: { method: 'pfsense.x', params } });
    }),
  );
  fc.assert(
    fc.property(anyValue, (value) => {
      const sent = encodeAnswer(value);
      assert.ok(sent.ok);
      assert.deepEqual(decodeResponse(bytes(sent.value)), { ok: true, value: { kind: 'value', value } });
    }),
  );
});

test('every fault can be said', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string({ unit: 'binary' }), (code, text) => {
      const back = decodeResponse(bytes(encodeFault({ code, text })));
      assert.ok(back.ok && back.value.kind === 'fault' && back.value.code === code);
    }),
  );
});

test('outside bytes never throw', () => {
  const pieces = [
    ...['<value>', '</value>', '<int>', '<i4>', '<struct>', '<member>', '<name>', '<array>', '<data>'],
    ...['<methodCall>', '<methodName>', 'm', '</methodName>', '<params>', '<param>', '<nil/>', '&amp;', '&'],
    ...['<![CDATA[', ']]>', '<!--', '-->', '<?', '?>', '<!DOCTYPE x>', '\0', '1', '/>', '<', '>'],
  ];
  const soup = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 40 });
  fc.assert(
    fc.property(soup, (parts) => {
      decodeCall(bytes(parts.join('')));
      decodeResponse(bytes(parts.join('')));
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (raw) => !decodeCall(raw).ok));
});

test('one damaged character is understood or refused', () => {
  const sent = encodeCall({ method: 'm', params: [new Map<string, Value>([['a', [1, 'x', true, null]]])] });
  assert.ok(sent.ok);
  const text = sent.value;
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('', '<', '>', '&', '/', 'x', '\u0001'), (at, c) => {
      decodeCall(bytes(text.slice(0, at) + c + text.slice(at + 1)));
    }),
    { numRuns: 2000 },
  );
});

test('what other libraries write is understood', () => {
  assert.equal(read('<value>bare &lt;text&gt;</value>'), 'bare <text>');
  assert.equal(read('<value> </value>'), ' ');
  assert.equal(read('<value/>'), '');
  assert.equal(read('<value><string/></value>'), '');
  assert.equal(read('<value>\n <string> kept </string>\n</value>'), ' kept ');
  assert.equal(read('<value><string><![CDATA[a & b]]></string></value>'), 'a & b');
  assert.equal(read('<value><string>&#233;&#x1F600;\r\n</string></value>'), 'é\u{1f600}\n');
  assert.equal(read('<value><i4> -7 </i4></value>'), -7);
  assert.equal(read('<value><i8>4294967296</i8></value>'), 4294967296);
  assert.equal(read('<value><nil/></value>'), null);
  assert.equal(
    read('<value><ex:nil xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions"/></value>'),
    null,
  );
  assert.deepEqual(read('<value><array>\n<data/>\n</array></value>'), []);
  assert.deepEqual(read('<value><base64>aGFs\n bG8=</base64></value>'), {
    base64: new Uint8Array(Buffer.from('hallo')),
  });
  assert.deepEqual(
    read(
      '<value><struct><member><name>2</name><value>b</value></member><member><name>0</name><value>a</value></member></struct></value>',
    ),
    new Map([
      ['2', 'b'],
      ['0', 'a'],
    ]),
  );
  const latin = Buffer.from(
    '<?xml version="1.0" encoding="iso-8859-1"?><methodCall><methodName>m</methodName><params><param><value>\xe9</value></param></params></methodCall>',
    'latin1',
  );
  assert.deepEqual(decodeCall(latin), { ok: true, value: { method: 'm', params: ['é'] } });
  assert.deepEqual(decodeCall(bytes('<methodCall><methodName>m</methodName></methodCall>')), {
    ok: true,
    value: { method: 'm', params: [] },
  });
});

test('what is no value is refused', () => {
  const refused = [
    '<value><int>1.5</int></value>',
    '<value><int>9007199254740993</int></value>',
    '<value><boolean>yes</boolean></value>',
    '<value><double>1e999</double></value>',
    '<value><base64>a</base64></value>',
    '<value><dateTime.iso8601>today</dateTime.iso8601></value>',
    '<value><thing>1</thing></value>',
    '<value>text<int>1</int></value>',
    '<value><string>&nbsp;</string></value>',
    '<value><string>&#0;</string></value>',
    '<value><string>&#xD800;</string></value>',
    '<value><struct><member><name>a</name><value/></member><member><name>a</name><value/></member></struct></value>',
    '<value><string>open</value>',
    '<value/></param></params></methodCall><more/>',
  ];
  for (const text of refused) assert.match(String(read(text)), /^refused: line \d+: /, text);
});

test('document types and entities are refused', () => {
  const bomb =
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><methodCall><methodName>&b;</methodName></methodCall>';
  const answer = decodeCall(bytes(bomb));
  assert.deepEqual(answer, { ok: false, error: 'line 1: a document type is not accepted' });
});

test('limits of size, depth and count are said', () => {
  const nested = (depth: number) =>
    `${'<value><array><data>'.repeat(depth)}${'</data></array></value>'.repeat(depth)}`;
  assert.match(String(read(nested(70))), /deeper than 64/);
  assert.match(String(read(nested(100_000))), /deeper than 64/);
  const sent = encodeCall({ method: 'm', params: [[1, 2, 3, 4]] });
  assert.ok(sent.ok);
  assert.match(
    JSON.stringify(decodeCall(bytes(sent.value), { ...usualLimits, values: 4 })),
    /more than 4 values/,
  );
  assert.match(
    JSON.stringify(decodeCall(bytes(sent.value), { ...usualLimits, bytes: 50 })),
    /50 is the limit/,
  );
});

test('what XML cannot carry is not sent', () => {
  assert.equal(encodeCall({ method: 'm', params: ['\0'] }).ok, false);
  assert.equal(encodeCall({ method: 'm', params: ['\ud800'] }).ok, false);
  assert.equal(encodeCall({ method: 'm', params: [1.5] }).ok, false);
  assert.equal(encodeCall({ method: 'm<', params: [] }).ok, false);
  assert.equal(encodeAnswer({ double: Number.NaN }).ok, false);
});
