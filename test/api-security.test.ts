/** Who gets in, and what is refused: the tests that docs/security.md names. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { pageHeader, type Route, routes } from '#api/contract/rest.ts';
import { ApiRig, Client, labToken, password, setUpCode } from './api-rig.ts';

const problemOf = (reply: { status: number; json: { code?: string } }): string =>
  `${reply.status} ${reply.json?.code}`;

describe('a node without users', { timeout: 60_000 }, () => {
  let rig: ApiRig;
  before(async () => {
    rig = await ApiRig.start();
  });
  after(() => rig.stop());

  it('answers no route but those that everybody may use', async () => {
    const nobody = new Client(rig);
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      if (route.access === 'open') continue;
      const path = `/api/v1${route.path.replace(/:\w+/g, '1')}`;
      const reply = await nobody.send(path, { method: route.method });
      assert.equal(problemOf(reply), '401 not-logged-in', name);
    }
  });

  it('says that it is to be set up, and refuses a wrong code and a short password', async () => {
    const nobody = new Client(rig);
    assert.equal((await nobody.ask('session')).json.setUp, true);
    const wrong = await nobody.ask('setUp', { body: { code: 'AAAA-AAAA-AAAA', password } });
    assert.equal(problemOf(wrong), '401 wrong-login');
    const short = await nobody.ask('setUp', { body: { code: setUpCode, password: 'short' } });
    assert.equal(problemOf(short), '400 bad-request');
    assert.deepEqual(short.json.fields, [
      {
        path: ['password'],
        message: 'a password has at least 12 characters',
        fr: 'un mot de passe a au moins 12 caractères',
      },
    ]);
  });

  it('makes the first user on both nodes, once; the password is not in the document', async () => {
    const first = new Client(rig);
    const made = await first.ask('setUp', { body: { code: setUpCode, password } });
    assert.equal(made.status, 200, made.text);
    assert.equal(made.json.user?.name, 'admin');
    assert.equal((await first.ask('status')).status, 200);
    const texts = rig.pair.nodes.map((node) => node.text ?? '');
    assert.equal(texts[0], texts[1]);
    assert.match(texts[0] ?? '', /\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.ok(!texts[0]?.includes(password));
    const again = await new Client(rig).ask('setUp', { body: { code: setUpCode, password } });
    assert.equal(problemOf(again), '409 already-set-up');
  });
});

describe('sessions and tokens', { timeout: 120_000 }, () => {
  let rig: ApiRig;
  let admin: Client;
  before(async () => {
    [rig, admin] = await ApiRig.withAdmin();
  });
  after(() => rig.stop());

  const login = (user: string, word: string, client = new Client(rig)) =>
    client.ask('login', { body: { user, password: word } });

  it('the cookie is for this host, for HTTPS and for no script', async () => {
    const { headers } = await login('admin', password);
    const [cookie = ''] = headers['set-cookie'] as string[];
    assert.match(cookie, /^__Host-bascule=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it('a user who is not there and a wrong password get the same answer', async () => {
    const [wrong, unknown] = [await login('admin', 'wrong'), await login('nobody', 'wrong')];
    assert.equal(problemOf(wrong), '401 wrong-login');
    assert.equal(wrong.text, unknown.text);
    assert.equal((await login('admin', password)).status, 200);
  });

  it('after five wrong passwords the right one does not help for a minute', async () => {
    for (let i = 0; i < 5; i += 1) assert.equal((await login('admin', `wrong ${i}`)).status, 401);
    const locked = await login('admin', password);
    assert.equal(problemOf(locked), '429 locked-out');
    assert.ok(Number(locked.headers['retry-after']) > 50);
    rig.later += 61_000;
    assert.equal((await login('admin', password)).status, 200);
  });

  it('a session ends by itself when nobody works, and at the latest after half a day', async () => {
    const idle = new Client(rig);
    await login('admin', password, idle);
    rig.later += 3_601_000;
    assert.equal((await idle.ask('status')).status, 401);
    const busy = new Client(rig);
    await login('admin', password, busy);
    for (let i = 0; i < 24; i += 1) {
      assert.equal((await busy.ask('status')).status, 200, `after ${i} half hours`);
      rig.later += 1_800_000;
    }
    assert.equal((await busy.ask('status')).status, 401);
    await login('admin', password, admin);
  });

  it('a cookie is void after logging out', async () => {
    const thief = new Client(rig);
    const owner = new Client(rig);
    await login('admin', password, owner);
    thief.cookie = owner.cookie;
    assert.equal((await thief.ask('status')).status, 200);
    await owner.ask('logout');
    assert.equal((await thief.ask('status')).status, 401);
  });

  it('a made-up cookie and a made-up token are nobody', async () => {
    const stranger = new Client(rig);
    stranger.cookie = 'A'.repeat(43);
    assert.equal((await stranger.ask('status')).status, 401);
    stranger.cookie = undefined;
    stranger.token = 'A'.repeat(43);
    assert.equal((await stranger.ask('status')).status, 401);
  });

  it('a change of the password ends the other sessions, and only these', async () => {
    await admin.ask('putUser', { params: { user: 'anna' }, body: { password, groups: ['admins'] } });
    const [one, two] = [new Client(rig), new Client(rig)];
    await login('anna', password, one);
    await login('anna', password, two);
    const next = 'another long password';
    const wrong = await one.ask('changePassword', { body: { old: 'not this one', password: next } });
    assert.equal(problemOf(wrong), '401 wrong-login');
    const changed = await one.ask('changePassword', { body: { old: password, password: next } });
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await one.ask('status')).status, 200);
    assert.equal((await two.ask('status')).status, 401);
    assert.equal((await login('anna', next)).status, 200);
  });

  it('a password that an administrator sets ends the sessions of its user', async () => {
    await admin.ask('putUser', { params: { user: 'dora' }, body: { password, groups: ['admins'] } });
    const dora = new Client(rig);
    await login('dora', password, dora);
    assert.equal((await dora.ask('status')).status, 200);
    await admin.ask('putUser', { params: { user: 'dora' }, body: { password: 'a new long password' } });
    assert.equal((await dora.ask('status')).status, 401);
  });

  it('a token does what it may, cannot make others, expires, and can be revoked', async () => {
    const params = { user: 'admin' };
    const body = { name: 'script', privileges: { status: 'read' as const } };
    const made = await admin.ask('makeToken', { params, body });
    assert.equal(made.status, 200, made.text);
    const script = new Client(rig);
    script.token = made.json.token;
    assert.equal((await script.ask('status')).status, 200);
    assert.equal(problemOf(await script.ask('maintenance', { body: { on: true } })), '403 forbidden');
    assert.equal(
      problemOf(await script.ask('makeToken', { params, body: { name: 'more' } })),
      '403 forbidden',
    );
    assert.ok(!rig.pair.nodes[0].text?.includes(made.json.token), 'the token itself is nowhere');
    await admin.ask('removeToken', { params: { ...params, token: 'script' } });
    assert.equal((await script.ask('status')).status, 401);
    const short = await admin.ask('makeToken', { params, body: { name: 'short', expires: 1 } });
    script.token = short.json.token;
    assert.equal((await script.ask('status')).status, 401);
  });

  it('a user who is removed or disabled is out at once', async () => {
    await admin.ask('putUser', { params: { user: 'bert' }, body: { password, groups: ['admins'] } });
    const bert = new Client(rig);
    await login('bert', password, bert);
    await admin.ask('putUser', { params: { user: 'bert' }, body: { disabled: true } });
    assert.equal((await bert.ask('status')).status, 401);
    assert.equal((await login('bert', password)).status, 401);
  });

  it('what was done stands in the audit log, without passwords', () => {
    const actions = new Set(rig.audit.map(({ action, ok }) => `${action} ${ok}`));
    for (const wanted of ['setup true', 'session.login true', 'session.login false', 'users.change true'])
      assert.ok(actions.has(wanted), `${wanted} is not in ${[...actions].join(', ')}`);
    assert.ok(!JSON.stringify(rig.audit).includes(password));
  });
});

describe('privileges', { timeout: 60_000 }, () => {
  let rig: ApiRig;
  let admin: Client;
  const anna = () => new Client(rig);
  before(async () => {
    [rig, admin] = await ApiRig.withAdmin();
    const group = {
      description: '',
      privileges: { rules: 'write', status: 'read', users: 'write' },
    } as const;
    assert.equal((await admin.ask('putGroup', { params: { group: 'operators' }, body: group })).status, 200);
    for (const [user, more] of [
      ['anna', {}],
      ['reader', { readOnly: true, groups: ['admins'] }],
    ] as const) {
      const body = { password, groups: ['operators'], ...more };
      const made = await admin.ask('putUser', {
        params: { user },
        body: { ...body, groups: [...body.groups] },
      });
      assert.equal(made.status, 200, made.text);
    }
  });
  after(() => rig.stop());
  const loggedIn = async (user: string): Promise<Client> => {
    const client = anna();
    assert.equal((await client.ask('login', { body: { user, password } })).status, 200);
    return client;
  };

  it('somebody sees and changes the sections that he may, and no others', async () => {
    const client = await loggedIn('anna');
    const seen = await client.read();
    assert.deepEqual(Object.keys(seen.document).sort(), ['groups', 'rules', 'users']);
    assert.equal(seen.text, undefined);
    assert.deepEqual([...seen.writable].sort(), ['floatingRules', 'rules']);
    const own = { op: 'set', path: ['rules', 0, 'description'], value: 'HTTPS' } as const;
    const done = await client.ask('editDocument', { body: { operations: [own] } });
    assert.equal(done.status, 200, done.text);
    const foreign = { op: 'set', path: ['virtualIps', 0, 'vhid'], value: 9 } as const;
    const refused = await client.ask('editDocument', { body: { operations: [own, foreign] } });
    assert.equal(problemOf(refused), '403 forbidden');
    assert.match(refused.json.detail ?? '', /virtualIps/);
    const whole = await client.ask('putDocument', { body: { text: 'cluster: mine' } });
    assert.equal(problemOf(whole), '403 forbidden');
    assert.equal(problemOf(await client.ask('carp', { body: { enabled: false } })), '403 forbidden');
  });

  it('nobody gives more than he has, to himself or to others', async () => {
    const client = await loggedIn('anna');
    for (const [user, body] of [
      ['anna', { groups: ['admins'] }],
      ['anna', { privileges: { all: 'write' as const } }],
      ['eve', { groups: ['admins'], password }],
      ['admin', { password }],
    ] as const) {
      const wanted = 'groups' in body ? { ...body, groups: [...body.groups] } : body;
      assert.equal(
        problemOf(await client.ask('putUser', { params: { user }, body: wanted })),
        '403 forbidden',
        user,
      );
    }
    const group = { description: '', privileges: { all: 'write' as const } };
    const raised = await client.ask('putGroup', { params: { group: 'operators' }, body: group });
    assert.equal(problemOf(raised), '403 forbidden');
    await client.read();
    const edit = { op: 'set', path: ['users', 'anna', 'groups'], value: ['admins'] } as const;
    assert.equal(
      problemOf(await client.ask('editDocument', { body: { operations: [edit] } })),
      '403 forbidden',
    );
    const less = { password, privileges: { rules: 'read' as const } };
    assert.equal((await client.ask('putUser', { params: { user: 'carl' }, body: less })).status, 200);
  });

  it('who is read-only changes nothing', async () => {
    const client = await loggedIn('reader');
    assert.deepEqual((await client.read()).writable, []);
    assert.equal(problemOf(await client.ask('maintenance', { body: { on: true } })), '403 forbidden');
    const edit = { op: 'remove', path: ['rules', 0] } as const;
    assert.equal(
      problemOf(await client.ask('editDocument', { body: { operations: [edit] } })),
      '403 forbidden',
    );
  });

  it('no secret is shown in a reply that is not for administrators', async () => {
    const client = await loggedIn('reader');
    for (const reply of [await client.ask('document'), await client.ask('users')])
      assert.doesNotMatch(reply.text, /a-good-password|argon2id/);
  });
});

describe('requests that are none', { timeout: 60_000 }, () => {
  let rig: ApiRig;
  let admin: Client;
  before(async () => {
    [rig, admin] = await ApiRig.withAdmin({ lab: true });
  });
  after(() => rig.stop());

  it('cross-site posts are refused, whatever the browser sends of its own', async () => {
    const body = { on: true };
    for (const headers of [
      { [pageHeader]: undefined },
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const reply = await admin.ask('maintenance', { body, headers });
      assert.equal(problemOf(reply), '403 cross-site', JSON.stringify(headers));
    }
    const login = await new Client(rig).ask('login', {
      body: { user: 'admin', password },
      headers: { [pageHeader]: undefined },
    });
    assert.equal(problemOf(login), '403 cross-site');
    const same = {
      origin: `https://127.0.0.1:${rig.port}`,
      'sec-fetch-site': 'same-origin',
      host: `127.0.0.1:${rig.port}`,
    };
    assert.equal((await admin.ask('maintenance', { body, headers: same })).status, 200);
  });

  it('types that a form can send are refused', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const reply = await admin.ask('maintenance', { raw: '{"on":true}', headers: { 'content-type': type } });
      assert.equal(problemOf(reply), '415 unsupported-media-type', type);
    }
  });

  it('unknown fields, wrong types and broken JSON are named', async () => {
    for (const [raw, detail] of [
      ['{"on":true,"force":1}', /Unrecognized key/],
      ['{"on":"yes"}', /boolean/],
      ['{"on":', /JSON/],
      ['{"__proto__":{"on":true},"on":true}', /JSON/],
      ['[]', /object/],
    ] as const) {
      const reply = await admin.ask('maintenance', { raw });
      assert.equal(problemOf(reply), '400 bad-request', raw);
      assert.match(reply.text, detail);
      assert.equal(reply.headers['content-type'], 'application/problem+json; charset=utf-8');
    }
    const query = await admin.ask('history', { query: '?limit=1000000' });
    assert.equal(problemOf(query), '400 bad-request');
    assert.equal(problemOf(await admin.ask('cluster', { query: '?x=1' })), '400 bad-request');
  });

  it('bodies that are too long are refused before they are read', async () => {
    const reply = await admin.ask('maintenance', { raw: `{"on":true,"x":"${'x'.repeat(200_000)}"}` });
    assert.equal(problemOf(reply), '413 too-large');
  });

  it('what goes to a tool is an address, a number or an interface, never a word', async () => {
    for (const body of [
      { address: '$(reboot)' },
      { address: '-f' },
      { address: '192.0.2.1; reboot' },
      { address: '192.0.2.1', count: 1e9 },
      { address: '192.0.2.1', interface: '--flood' },
    ])
      assert.equal(problemOf(await admin.ask('ping', { body })), '400 bad-request', JSON.stringify(body));
    for (const body of [
      { interface: '../etc' },
      { interface: 'wan', host: 'not tcp' },
      { interface: 'wan', seconds: 3_600 },
    ])
      assert.equal(problemOf(await admin.ask('capture', { body })), '400 bad-request', JSON.stringify(body));
    assert.ok(rig.cores[0].asked.every(({ command }) => command !== 'ping' && command !== 'capture'));
  });

  it('paths lead nowhere', async () => {
    for (const path of [
      '/../../etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/../../package.json',
      '/package.json',
      '/api/v1/../../etc/passwd',
      '/api/v1/nothing',
      '//etc/passwd',
      '/\\..\\etc',
    ]) {
      const reply = await admin.send(path);
      assert.ok(reply.status === 404 || reply.status === 400, `${path}: ${reply.status}`);
      assert.doesNotMatch(reply.text, /root:/);
    }
  });

  it('every reply tells the browser to be careful', async () => {
    for (const path of ['/', '/api/', '/api/v1/session', '/api/v1/status']) {
      const { headers } = await admin.send(path);
      assert.match(String(headers['content-security-policy']), /default-src 'self';.*frame-ancestors 'none'/);
      assert.doesNotMatch(String(headers['content-security-policy']), /script-src|unsafe-eval/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
  });

  it('the routes of nodes are for nodes', async () => {
    for (const path of ['/peer', '/node']) {
      const reply = await admin.send(path, { method: 'POST', body: { kind: 'head' } });
      assert.equal(reply.status, 401, path);
      const forged = { 'bascule-node': 'PF2', 'bascule-proof': 'AAAA' };
      const liar = await admin.send(path, { method: 'POST', body: { kind: 'head' }, headers: forged });
      assert.equal(liar.status, 401, path);
    }
  });

  it('TLS before 1.2 is refused', async () => {
    const failed = await new Promise<boolean>((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        port: rig.port,
        rejectUnauthorized: false,
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.on('secureConnect', () => resolve(false));
      socket.on('error', () => resolve(true));
    });
    assert.ok(failed);
  });

  it("the lab's token logs in, a wrong one counts as a wrong password", async () => {
    const page = new Client(rig);
    assert.equal((await page.ask('session')).json.lab, true);
    assert.equal(problemOf(await page.ask('labLogin', { body: { token: 'guess' } })), '401 wrong-login');
    const { status, json } = await page.ask('labLogin', { body: { token: labToken } });
    assert.equal(status, 200);
    assert.deepEqual(json.user?.grants, { all: 'write' });
  });

  it('no error has reached the log as a bug', () => {
    assert.deepEqual(rig.bugs, []);
  });
});

describe('outside a lab', () => {
  it("there is no lab's login", async () => {
    const [rig] = await ApiRig.withAdmin();
    const page = new Client(rig);
    const reply = await page.ask('labLogin', { body: { token: labToken } });
    assert.equal(problemOf(reply), '401 wrong-login');
    await rig.stop();
  });
});
