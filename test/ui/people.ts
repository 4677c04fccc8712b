/** Who comes to the page of a real node: the first user, one who may little, one whose login ends while he works. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Hand, rowWith } from './hand.ts';
import { open, type Stage, visit } from './rig.ts';

const password = 'Pont-levis-1789';

export function testPeople(stage: () => Stage): void {
  it('the first start asks for a password and for the code of the log; no default lets anybody in', async () => {
    const { browser, lab, page } = stage();
    const { json } = await new Hand(page).ask<{ message: string }[]>('/logs?text=no%20users%20yet');
    const code = /type the code (\S+) to/.exec(json[0]?.message ?? '')?.[1];
    assert.ok(code !== undefined);
    const first = await open(browser, new URL('/', lab.address).href);
    const hand = new Hand(first.page);
    await first.page.getByRole('heading', { name: 'First start' }).waitFor();
    const type = async (label: string, words: string) =>
      first.page.getByLabel(label, { exact: true }).fill(words);
    await type('Set-up code', 'AAAA-BBBB-CCCC');
    await type('Password', 'too short');
    await first.page.getByText('a password has at least 12 characters').waitFor();
    await type('Password', password);
    await type('Repeat the password', `${password}0`);
    await hand.press('Set the password');
    await first.page.getByRole('alert').getByText('The two passwords differ.').waitFor();
    await type('Repeat the password', password);
    await hand.press('Set the password');
    await first.page.getByText('The code is wrong.').waitFor();
    await type('Set-up code', code);
    await hand.press('Set the password');
    await first.page.locator('.here').waitFor();
    await first.context.close();
    const again = await open(browser, new URL('/', lab.address).href);
    await new Hand(again.page).login('admin', password);
    await again.page.locator('.here').waitFor();
    await again.context.close();
  });

  it('who may read the rules and write NAT sees just that, and no button that would fail', async () => {
    const { browser, lab, page } = stage();
    const hand = new Hand(page);
    await visit(page, '/system/users');
    const add = (panel: string) =>
      page
        .locator('.panel', { has: page.getByRole('heading', { name: panel, exact: true }) })
        .getByRole('button', { name: 'Add' })
        .click();
    await add('Groups');
    await hand.fill({ Group: 'keepers', Status: 'read', Rules: 'read', NAT: 'write' });
    await hand.save();
    await add('Users');
    await hand.fill({ 'User name': 'victor' });
    // A reload loses nothing but the password.
    await page.reload();
    await add('Users');
    assert.equal(await hand.dialog.getByLabel('User name').inputValue(), 'victor');
    await hand.fill({ Password: password });
    await hand.dialog.getByRole('group', { name: 'Groups' }).getByLabel('keepers').check();
    await hand.save();
    await rowWith(page, 'victor');

    const his = await open(browser, new URL('/', lab.address).href);
    const victor = new Hand(his.page);
    await victor.login('victor', password);
    await his.page.locator('.here').waitFor();
    const menu = await his.page.locator('nav#menu a').allInnerTexts();
    // biome-ignore format: one list
    assert.deepEqual(menu, ['Dashboard', 'CARP (failover)', 'Interfaces', 'Rules', 'NAT', 'History', 'Users']);
    assert.deepEqual(await victor.buttons('/status/carp'), []);
    assert.deepEqual(await victor.buttons('/firewall/rules'), []);
    assert.ok((await victor.buttons('/firewall/nat')).includes('Add'));
    assert.ok(!(await victor.buttons('/system/history')).includes('Roll back'));
    assert.deepEqual(await victor.buttons('/system/ha'), []);
    await his.page.getByText('You may not see this page.').waitFor();

    await visit(his.page, '/system/users');
    await victor.press('Make a token for scripts');
    await victor.fill({ Name: 'script' });
    await victor.dialog.getByRole('button', { name: 'Make it' }).click();
    const token = await victor.dialog.locator('.token').textContent();
    const bearer = { credentials: 'omit', headers: { authorization: `Bearer ${token}` } };
    assert.equal((await victor.ask('/status', bearer)).status, 200);
    assert.equal((await victor.ask('/rules/counters', bearer)).status, 403);
    await page.reload();
    await page.getByRole('button', { name: 'Revoke token script' }).click();
    await page.getByRole('button', { name: 'Revoke token script' }).waitFor({ state: 'detached' });
    assert.equal((await victor.ask('/status', bearer)).status, 401);
    await his.context.close();
  });

  it('a login that ends in the middle of work loses nothing: one logs in, and goes on', async () => {
    const { browser, lab } = stage();
    const opened = await open(browser, new URL('/', lab.address).href);
    const { page, context } = opened;
    const hand = new Hand(page);
    await hand.login('admin', password);
    await page.locator('.here').waitFor();
    await hand.make('/firewall/aliases', { Name: 'kept', Entries: '192.0.2.1' });
    await visit(page, '/firewall/rules?if=lan');
    await hand.press('Add');
    await hand.fill({ Description: 'half a rule' });
    await context.clearCookies();
    await hand.save();
    await hand.press('Apply changes');
    const login = page.getByRole('dialog', { name: 'Your login has ended' });
    await login.getByLabel('Password').fill(password);
    await login.getByRole('button', { name: 'Log in' }).click();
    await login.waitFor({ state: 'detached' });
    await hand.dialog
      .getByText(/aliases/)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('half a rule added').waitFor();
    await context.close();
  });
}
