/** The HTTP check: one GET, and the status line and the body that come back (RFC 9112). */
import type { Answer, Question } from '#ports/monitors.ts';
import type { Conversation } from './conversation.ts';

type WebQuestion = Extract<Question, { type: 'http' | 'https' }>;

/** `authority`: address and port for the Host header where the question names no host. */
export function httpConversation(question: WebQuestion, authority: string): Conversation {
  const { path, host = authority, status, text } = question;
  const head = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'User-Agent: Bascule',
    'Accept: */*',
    'Connection: close',
  ];
  const wanted = text === undefined ? undefined : Buffer.from(text, 'utf8');
  return {
    say: Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'),
    judge: (received, ended) => {
      const code = statusOf(received);
      if (code === undefined) return undefined;
      if (Number.isNaN(code)) return { ok: false, why: 'the answer is not HTTP' };
      if (!status.includes(code))
        return { ok: false, why: `status ${code} instead of ${status.join(' or ')}` };
      if (wanted === undefined) return { ok: true };
      return textIn(received, wanted, ended);
    },
  };
}

/** NaN when what came is no status line; undefined while it may still become one. */
function statusOf(received: Buffer): number | undefined {
  const line = received.subarray(0, 13).toString('latin1');
  const [, code] = /^HTTP\/1\.[01] (\d{3})(?:[ \r\n]|$)/.exec(line) ?? [];
  if (code !== undefined) return line.length > 12 ? Number(code) : undefined;
  const looksRight = 'HTTP/1.'.startsWith(line.slice(0, 7)) && line.length < 13;
  return looksRight ? undefined : Number.NaN;
}

/** The text may stand anywhere behind the head. A body in chunks may cut it in two: that is why it should be short. */
function textIn(received: Buffer, wanted: Buffer, ended: boolean): Answer | undefined {
  const body = received.indexOf('\r\n\r\n');
  if (body >= 0 && received.indexOf(wanted, body + 4) >= 0) return { ok: true };
  return ended ? { ok: false, why: `the answer lacks "${wanted.toString('utf8')}"` } : undefined;
}
