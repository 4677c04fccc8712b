/** What changed between two documents, in the words of the people who made it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differenceInWords } from './difference.ts';

const rule = (description: string, ports = 80) => ({ action: 'pass', description, ports });
const rules = (...list: object[]) => ({ rules: list });

describe('the difference of two documents', () => {
  it('is nothing when only the order of keys differs', () => {
    assert.deepEqual(differenceInWords({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }), []);
  });

  it('names a rule by its place and description', () => {
    const before = rules(rule('web'), rule('mail'), rule('ftp'));
    assert.deepEqual(differenceInWords(before, rules(rule('web'), rule('mail', 25), rule('ftp'))), [
      'rules 2 (mail).ports: 80 -> 25',
    ]);
    assert.deepEqual(differenceInWords(before, rules(rule('web'), rule('ftp'))), ['rules 2 (mail) removed']);
    assert.deepEqual(differenceInWords(before, rules(rule('dns'), ...before.rules)), ['rules 1 (dns) added']);
  });

  it('tells a move as one, whichever way it went', () => {
    const many = Array.from({ length: 500 }, (_, at) => rule(`rule ${at + 1}`));
    const moved = [...many];
    moved.splice(3, 0, ...moved.splice(400, 1));
    assert.deepEqual(differenceInWords(rules(...many), rules(...moved)), ['rules 4 (rule 401) moved there']);
    assert.deepEqual(differenceInWords(rules(...moved), rules(...many)), [
      'rules 401 (rule 401) moved there',
    ]);
  });

  it('says that a password changed, and neither the old nor the new one', () => {
    const vip = (password: string) => ({ virtualIps: [{ interface: 'wan', vhid: 10, password }] });
    const words = differenceInWords(vip('old-secret'), vip('new-secret'));
    assert.deepEqual(words, ['virtualIps 1 (WAN@10).password changed']);
    const added = differenceInWords({}, { management: { user: 'admin', password: 'new-secret' } });
    assert.deepEqual(added, ['management added: user admin, password (secret)']);
  });

  it('shows values that came, went and changed', () => {
    assert.deepEqual(
      differenceInWords({ failover: 'fast', strict: true }, { failover: 'fastest', preempt: false }),
      ['failover: fast -> fastest', 'strict removed (was true)', 'preempt added: false'],
    );
  });
});
