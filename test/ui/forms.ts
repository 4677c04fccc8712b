/** The forms of the page on a real pair: what is typed in them is in the kernel of the other node. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { makeIdentity } from '#api/identity.ts';
import { until } from '../interop/segment.ts';
import { Hand, rowWith, rulesIn } from './hand.ts';
import { open, type Stage, visit } from './rig.ts';

export function testForms(stage: () => Stage): void {
  it('aliases, schedules, NAT, a virtual IP and a pool are made by forms, and go in one change', async () => {
    const { page, lab } = stage();
    const hand = new Hand(page);
    await hand.make('/firewall/aliases', { Name: 'web', Entries: '192.168.1.10\n192.168.1.11' });
    await page.getByRole('button', { name: 'Edit web' }).click();
    await hand.fill({ Name: 'web_servers', Description: 'renamed' });
    await hand.save();
    await page.getByRole('button', { name: 'Clone web_servers' }).click();
    await hand.fill({ Name: 'copy' });
    await hand.save();
    await hand.press('Delete copy');
    await hand.make('/firewall/schedules', {
      Name: 'office',
      Times: 'mon tue 08:00-18:00\n2026-12-24 08:00-12:00',
    });
    await hand.make('/firewall/nat', {
      'Destination ports': '8090',
      Target: '192.168.1.100',
      'Target port': '80',
      Description: 'shown forward',
    });
    await hand.make('/firewall/nat?tab=oneToOne', { External: '172.17.1.50', Internal: '192.168.1.101' });
    await hand.make('/firewall/virtual-ips', {
      Interface: 'lan',
      VHID: '21',
      Address: '192.168.1.200/24',
      'Group password': 'Pont-levis-1789',
    });
    await hand.make('/services/load-balancer?tab=monitors', { Name: 'web_check', Type: 'http' });
    await hand.make('/services/load-balancer', {
      Name: 'webs',
      Members: '192.168.1.100:7080\n192.168.1.101:7080',
      Monitor: 'web_check',
    });
    await hand.make('/services/load-balancer?tab=virtualServers', { Name: 'site', Port: '8088' });
    await page.reload();
    await page.getByText(/changes wait to be applied/).waitFor();
    await hand.apply();
    await until('PF2 forwards', 10_000, () => lab.rulesetOf('PF2').includes('dnat ip to 192.168.1.100:80'));
    assert.match(lab.rulesetOf('PF2'), /saddr 192\.168\.1\.101 .*snat ip to 172\.17\.1\.50/);
    assert.match(
      lab.rulesetOf('PF2'),
      /dport 80 ct status dnat .*accept comment "forward \w+: shown forward"/,
    );
    const { json } = await hand.ask<{ document: Record<string, unknown> }>('/document');
    assert.deepEqual(json.document.aliases, {
      web_servers: { type: 'hosts', entries: ['192.168.1.10', '192.168.1.11'], description: 'renamed' },
    });
    assert.deepEqual(json.document.schedules, {
      office: {
        times: [
          { days: ['mon', 'tue'], from: '08:00', to: '18:00' },
          { dates: ['2026-12-24'], from: '08:00', to: '12:00' },
        ],
      },
    });
    await visit(page, '/status/carp');
    await (await rowWith(page, 'LAN@21')).getByText('MASTER').waitFor();
    await visit(page, '/status/load-balancer');
    const member = await rowWith(page, '192.168.1.101:7080');
    await member.getByRole('button', { name: 'Drain' }).click();
    await member.getByText('drained').waitFor();
  });

  it('high availability: sections are toggled all at once, and wait like every other change', async () => {
    const { page } = stage();
    const hand = new Hand(page);
    await visit(page, '/system/ha');
    const panel = page.locator('.panel', { hasText: 'Configuration synchronisation (XMLRPC)' });
    await panel.getByLabel('Synchronise the configuration').check();
    await panel.getByLabel('To IP').fill('10.0.0.9');
    await panel.getByLabel('Password', { exact: true }).fill('xml-rpc-secret-1');
    await panel.getByRole('button', { name: 'Toggle all' }).click();
    assert.equal(await panel.getByRole('checkbox', { name: 'Firewall rules' }).isChecked(), false);
    await panel.getByRole('checkbox', { name: 'Aliases' }).check();
    await page.reload();
    await page.getByRole('button', { name: 'Save', exact: true }).last().click();
    await hand.press('Apply changes');
    await hand.dialog.getByText(/ha\.sync\.config added: peer 10\.0\.0\.9/).waitFor();
    await page.keyboard.press('Escape');
    await hand.press('Discard');
  });

  it('what was done on trial is undone by a button', async () => {
    const { page, lab } = stage();
    const hand = new Hand(page);
    await hand.make('/firewall/rules?if=lan', { Description: 'shown trial' });
    await hand.apply(30);
    await until('PF2 has it', 10_000, () => rulesIn(lab.rulesetOf('PF2')).includes('shown trial'));
    await hand.press('Undo now');
    await page.getByRole('button', { name: 'Keep it' }).waitFor({ state: 'detached' });
    await until('PF2 goes without', 10_000, () => !rulesIn(lab.rulesetOf('PF2')).includes('shown trial'));
  });

  it('two editors: what one has changed is told to the other, and put on top it still changes the rule that was meant', async () => {
    const { page, lab, browser } = stage();
    const hand = new Hand(page);
    await visit(page, '/firewall/rules?if=lan');
    await hand.press('Edit shown one');
    await hand.fill({ Description: 'shown mine' });
    await hand.save();
    const other = await open(browser, lab.address);
    await other.page.locator('.here').waitFor();
    const theirs = new Hand(other.page);
    await visit(other.page, '/firewall/rules?if=lan');
    await theirs.press('Add on top');
    await theirs.fill({ Description: 'shown theirs' });
    await theirs.save();
    await theirs.apply();
    await other.context.close();
    await page.getByText(/lab changed the document at PF1 meanwhile/).waitFor();
    await page.getByText(/shown theirs.* added/).waitFor();
    const before = rulesIn(lab.rulesetOf('PF2'));
    await hand.press('Put mine on top');
    await hand.apply();
    const wanted = before.map((words) => (words === 'shown one' ? 'shown mine' : words));
    assert.ok(wanted.includes('shown mine') && wanted.includes('shown theirs'));
    await until('PF2 has both', 10_000, () => rulesIn(lab.rulesetOf('PF2')).join() === wanted.join());
  });

  it('ping, traceroute, a capture as a file, the connections and their end, of the other node, too', async () => {
    const { page } = stage();
    const hand = new Hand(page);
    const other = () => page.getByLabel('Node', { exact: true }).selectOption('PF2');
    await visit(page, '/diagnostics/ping');
    await other();
    await page.getByLabel('Address').fill('192.168.1.100');
    await page.getByLabel('Packets').selectOption('1');
    await hand.press('Ping');
    await page.getByText('1 of 1 answered').waitFor();
    await visit(page, '/diagnostics/traceroute');
    await page.getByLabel('Address').fill('203.0.113.10');
    await hand.press('Traceroute');
    await page.getByText('reached', { exact: true }).waitFor();
    await visit(page, '/diagnostics/capture');
    await page.getByLabel('Interface').selectOption('lan');
    await page.getByLabel('Duration').selectOption('5');
    const [file] = await Promise.all([page.waitForEvent('download'), hand.press('Capture and download')]);
    assert.equal(file.suggestedFilename(), 'PF1-lan.pcap');
    // The magic number of a pcap file, in either order of bytes, for microseconds or nanoseconds.
    assert.match(
      readFileSync(await file.path())
        .subarray(0, 4)
        .toString('hex'),
      /^(d4c3b2a1|a1b2c3d4|4d3cb2a1|a1b23c4d)$/,
    );
    await visit(page, '/diagnostics/states');
    await page.getByLabel(/^Filter/).fill('udp');
    await page.getByText(/^[1-9]\d* of \d+ states$/).waitFor();
    await hand.press('Kill matching states');
    await hand.dialog.getByRole('button', { name: 'Kill matching states' }).click();
    await page.getByText(/^[1-9]\d* states ended\.$/).waitFor();
    await page.getByLabel(/^Filter/).fill('udp nowhere');
    await page.getByText(/^0 of \d+ states$/).waitFor();
    for (const path of ['/diagnostics/routes', '/status/interfaces', '/diagnostics/neighbours']) {
      await visit(page, path);
      await other();
      await rowWith(page, path === '/diagnostics/neighbours' ? '10.0.0.1' : '10.0.0.2');
    }
  });

  it('the log of the other node, by words', async () => {
    const { page } = stage();
    await visit(page, '/status/logs');
    await page.getByLabel('Node', { exact: true }).selectOption('PF2');
    await page.getByLabel('Filter').fill('is in force');
    const lines = page.locator('table.log tr');
    await lines.first().waitFor();
    await until('only these', 5_000, async () =>
      (await lines.allInnerTexts()).every((line) => line.includes('is in force')),
    );
  });

  it("a certificate of one's own: judged, in use, and back to that of the node", async () => {
    // In a window of its own: the browser's console tells of what a node refuses.
    const { browser, lab } = stage();
    const { page, context } = await open(browser, lab.address);
    await page.locator('.here').waitFor();
    const hand = new Hand(page);
    const [own, other] = await Promise.all(
      ['fw.example.net', 'other'].map((name) => makeIdentity(name, Date.now())),
    );
    assert.ok(own !== undefined && other !== undefined);
    await visit(page, '/system/certificates');
    await page.getByText('made by the node').waitFor();
    await page.getByLabel('Certificate (PEM)', { exact: true }).fill(own.certificate);
    const key = page.getByLabel('Private key (PEM)', { exact: true });
    await key.fill(other.key);
    await hand.press('Use it');
    await page.getByText('this is not the key of the first certificate').waitFor();
    await key.fill(own.key);
    await hand.press('Use it');
    await page.getByText('your own').waitFor();
    await page.getByText('fw.example.net', { exact: true }).waitFor();
    assert.equal(await key.inputValue(), '', 'the key is not shown again');
    await hand.press('Back to that of the node');
    await hand.dialog.getByRole('button', { name: 'Back to that of the node' }).click();
    await page.getByText('made by the node').waitFor();
    await context.close();
  });
}
