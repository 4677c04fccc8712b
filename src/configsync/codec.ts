/** XML-RPC in bytes: what pfSense's library writes is understood, and what is written here it understands. */
import { fail, ok, type Result } from '#base/result.ts';
import { Reader } from './read.ts';
import {
  type Call,
  type Fault,
  isStruct,
  type Limits,
  type Response,
  usualLimits,
  type Value,
} from './value.ts';
import { write } from './write.ts';
import { escaped, Malformed } from './xml.ts';

const declaration = '<?xml version="1.0" encoding="utf-8"?>\n';
const methodName = /^[A-Za-z0-9_.:/]{1,128}$/;

export function encodeCall({ method, params }: Call): Result<string> {
  if (!methodName.test(method)) return fail('the method has no name that XML-RPC allows');
  return attempt(() => {
    const written = params.map((param) => `<param>${write(param)}</param>`).join('');
    return `${declaration}<methodCall><methodName>${method}</methodName><params>${written}</params></methodCall>\n`;
  });
}

export function encodeAnswer(value: Value): Result<string> {
  return attempt(
    () => `${declaration}<methodResponse><params><param>${write(value)}</param></params></methodResponse>\n`,
  );
}

/** Never fails, since a fault is what is left to say: what XML cannot carry becomes "?". */
export function encodeFault({ code, text }: Fault): string {
  const safe = escaped(text.replace(/[^\t\n\x20-\ud7ff\ue000-\ufffd]/g, '?'));
  const members =
    `<member><name>faultCode</name><value><int>${Math.trunc(code) || 0}</int></value></member>` +
    `<member><name>faultString</name><value><string>${safe}</string></value></member>`;
  return `${declaration}<methodResponse><fault><value><struct>${members}</struct></value></fault></methodResponse>\n`;
}

export function decodeCall(bytes: Uint8Array, limits: Limits = usualLimits): Result<Call> {
  return reading(bytes, limits, (reader) => {
    reader.open('methodCall');
    const method = reader.textOf('methodName').trim();
    if (!methodName.test(method)) throw new Malformed('the method has no name that XML-RPC allows');
    const params = reader.opens('params') ? paramsOf(reader) : [];
    reader.close('methodCall');
    return { method, params };
  });
}

export function decodeResponse(bytes: Uint8Array, limits: Limits = usualLimits): Result<Response> {
  return reading(bytes, limits, (reader) => {
    reader.open('methodResponse');
    const response = reader.opens('fault') ? faultOf(reader) : answerOf(reader);
    reader.close('methodResponse');
    return response;
  });
}

function paramsOf(reader: Reader): Value[] {
  const params: Value[] = [];
  while (reader.opens('param')) {
    params.push(reader.value());
    reader.close('param');
  }
  reader.close('params');
  return params;
}

function answerOf(reader: Reader): Response {
  reader.open('params');
  const params = paramsOf(reader);
  const [value] = params;
  if (value === undefined || params.length > 1) throw new Malformed('a response has one value');
  return { kind: 'value', value };
}

function faultOf(reader: Reader): Response {
  const value = reader.value();
  reader.close('fault');
  if (!isStruct(value)) throw new Malformed('a fault is a struct');
  const code = value.get('faultCode');
  const text = value.get('faultString');
  const number = typeof code === 'string' && /^-?\d{1,9}$/.test(code) ? Number(code) : code;
  if (typeof number !== 'number' || typeof text !== 'string') {
    throw new Malformed('a fault has faultCode and faultString');
  }
  return { kind: 'fault', code: number, text };
}

function reading<T>(bytes: Uint8Array, limits: Limits, read: (reader: Reader) => T): Result<T> {
  if (bytes.length > limits.bytes) return fail(`${bytes.length} bytes; ${limits.bytes} is the limit`);
  const text = textOf(bytes);
  if (!text.ok) return text;
  const reader = new Reader(text.value, limits);
  const result = attempt(() => {
    const value = read(reader);
    reader.end();
    return value;
  });
  return result.ok ? result : fail(`line ${reader.line}: ${result.error}`);
}

/** UTF-8 as pfSense writes it; PHP's own functions write ISO 8859-1 unless told otherwise. */
function textOf(bytes: Uint8Array): Result<string> {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const encoding =
    /^(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']/.exec(head)?.[1] ?? 'utf-8';
  if (/^iso-8859-1$/i.test(encoding)) return ok(Buffer.from(bytes).toString('latin1'));
  if (!/^(utf-?8|us-ascii)$/i.test(encoding)) return fail(`the encoding ${encoding} is not known`);
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return fail('the bytes are no UTF-8');
  }
}

/** What is malformed is an outcome; anything else is a bug and goes on being thrown. */
function attempt<T>(act: () => T): Result<T> {
  try {
    return ok(act());
  } catch (error) {
    if (error instanceof Malformed) return fail(error.message);
    throw error;
  }
}
