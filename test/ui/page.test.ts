/** The page in a real browser, before a real pair of nodes: what an administrator does, and what the nodes make of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { unable, until } from '../interop/segment.ts';
import { testForms } from './forms.ts';
import { Hand, rulesIn } from './hand.ts';
import { testPeople } from './people.ts';
import { type LabWithPage, type Opened, open, startBrowser, startLab, visit, withoutBrowser } from './rig.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const skip = withoutBrowser() ?? unable(['ip', 'nft', 'nsenter']);

/** Every page of the menu. */
const paths = [
  ...['/', '/lab', '/status/carp', '/status/interfaces', '/status/load-balancer', '/status/logs'],
  ...[
    '/firewall/rules',
    '/firewall/aliases',
    '/firewall/nat',
    '/firewall/schedules',
    '/firewall/virtual-ips',
  ],
  ...['/services/load-balancer', '/system/ha', '/system/history', '/system/users', '/diagnostics/states'],
  ...['/diagnostics/ping', '/diagnostics/traceroute', '/diagnostics/capture', '/diagnostics/routes'],
  '/diagnostics/neighbours',
  ...['/diagnostics/doctor', '/system/certificates'],
];

describe('the page', { skip, timeout: 300_000 }, () => {
  let lab: LabWithPage;
  let browser: Browser;
  let opened: Opened;
  let page: Page;

  before(async () => {
    // Each is known as soon as it is there, so that it is stopped though the other has failed.
    await Promise.all([
      startLab('d1').then((started) => {
        lab = started;
      }),
      startBrowser().then((started) => {
        browser = started;
      }),
    ]);
    opened = await open(browser, lab.address);
    page = opened.page;
    await page
      .locator('.here')
      .waitFor()
      .catch(async () => {
        assert.fail(`${await page.locator('body').textContent()} ${opened.complaints.join(' ')}`);
      });
  });
  after(async () => {
    await browser?.close();
    await lab?.stop();
  });

  const role = (node: string): Promise<string> =>
    page
      .locator('.topology .node', { hasText: node })
      .locator('.node-role')
      .textContent()
      .then((words) => words ?? '');
  const becomes = (node: string, wanted: string): Promise<void> =>
    until(`${node} is ${wanted}`, 15_000, async () => (await role(node)) === wanted);
  const hand = () => new Hand(page);
  const apply = (): Promise<void> => hand().apply();
  const addRule = async (description: string, port: string): Promise<void> => {
    await hand().press('Add');
    await hand().fill({ 'Destination ports': port, Description: description });
    await hand().save();
  };
  const rulesAt = (node: string): string[] => rulesIn(lab.rulesetOf(node));
  const rowOf = (text: string) => page.locator('tbody tr', { hasText: text });

  it('logs in by the address of the lab, which forgets the token', async () => {
    assert.match((await page.locator('.here').textContent()) ?? '', /PF1/);
    assert.doesNotMatch(page.url(), /lab=/);
    await becomes('PF1', 'MASTER');
    await becomes('PF2', 'BACKUP');
  });

  testPeople(() => ({ lab, browser, page }));

  it('a rule made at one node is in the kernel of the other', async () => {
    await visit(page, '/firewall/rules?if=lan');
    await addRule('shown one', '8081');
    await page.getByText('One change waits to be applied').waitFor();
    assert.deepEqual(rulesAt('PF2'), [], 'nothing is applied yet');
    await apply();
    await until('PF2 has the rule', 10_000, () => rulesAt('PF2').includes('shown one'));
    assert.ok(rulesAt('PF1').includes('shown one'));
  });

  it('refuses what the schema refuses, and keeps what was typed', async () => {
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Destination ports').fill('70000');
    await dialog.getByLabel('Description').fill('half a rule');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('see the fields in red').waitFor();
    assert.equal(await dialog.getByLabel('Destination ports').getAttribute('aria-invalid'), 'true');
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    assert.equal(await dialog.getByLabel('Description').inputValue(), 'half a rule');
    await dialog.getByRole('button', { name: 'Start over' }).click();
    assert.equal(await dialog.getByLabel('Description').inputValue(), '');
    await page.keyboard.press('Escape');
  });

  it('rules are put in order with the mouse and with the keyboard', async () => {
    await addRule('shown two', '8082');
    await addRule('shown three', '8083');
    const grip = rowOf('shown three').getByRole('button', { name: 'Move' });
    const target = await rowOf('shown one').boundingBox();
    await grip.hover();
    await page.mouse.down();
    await page.mouse.move((target?.x ?? 0) + 20, (target?.y ?? 0) + 2, { steps: 8 });
    await page.mouse.up();
    await rowOf('shown two').getByRole('button', { name: 'Move' }).focus();
    for (const key of ['Space', 'ArrowUp', 'ArrowUp', 'Space']) await page.keyboard.press(key);
    await apply();
    const wanted = ['shown two', 'shown three', 'shown one'];
    await until('PF2 has them in order', 10_000, () => rulesAt('PF2').join() === wanted.join());
    assert.deepEqual(rulesAt('PF1'), wanted);
  });

  it('a rule is disabled, and the document rolled back from the history', async () => {
    await page.getByRole('button', { name: 'Disable shown one' }).click();
    await apply();
    await until('PF2 goes without it', 10_000, () => !rulesAt('PF2').includes('shown one'));
    await visit(page, '/system/history');
    await page.getByRole('button', { name: 'Roll back' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await until('PF2 has it again', 10_000, () => rulesAt('PF2').includes('shown one'));
  });

  it('maintenance swings the cluster, and back', async () => {
    await visit(page, '/status/carp');
    const panel = page.locator('.panel', { has: page.getByRole('heading', { name: /^PF1/ }) });
    await panel.getByRole('button', { name: 'Enter persistent CARP maintenance mode' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Enter persistent CARP' }).click();
    const cells = page.locator('tbody tr', { hasText: 'LAN@20' }).locator('td');
    await until('PF2 is master', 10_000, async () =>
      ((await cells.last().textContent()) ?? '').includes('MASTER'),
    );
    // The page's own node is the backup now; a change made there reaches the master all the same.
    await visit(page, '/firewall/rules?if=lan');
    await addRule('shown backup', '8084');
    await apply();
    await until('PF2 has the rule', 10_000, () => rulesAt('PF2').includes('shown backup'));
    await visit(page, '/status/carp');
    await panel.getByRole('button', { name: 'Leave persistent CARP maintenance mode' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave persistent CARP' }).click();
    await until('PF2 is backup', 10_000, async () =>
      ((await cells.last().textContent()) ?? '').includes('BACKUP'),
    );
  });

  it('a pulled cable swings the cluster before the eyes of who pulled it', async () => {
    await visit(page, '/lab');
    await becomes('PF1', 'MASTER');
    await page.getByRole('button', { name: 'Pull the LAN cable of PF1' }).focus();
    await page.keyboard.press('Enter');
    await becomes('PF2', 'MASTER');
    await page.getByRole('button', { name: 'Plug the LAN cable of PF1 in' }).click();
    await becomes('PF1', 'MASTER');
    assert.match((await page.locator('.flow').first().textContent()) ?? '', /longest gap/);
  });

  it('the doctor examines both nodes, and says when', async () => {
    await visit(page, '/diagnostics/doctor');
    await page.getByRole('button', { name: 'Examine the cluster' }).click();
    await page.getByRole('progressbar', { name: 'The nodes are measuring' }).waitFor();
    await page.getByText(/PF1, PF2, .*judged by PF\d/).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Examine the cluster' }).isEnabled(), true);
  });

  it('a drill is followed on the page, and its report can be read', async () => {
    await visit(page, '/lab');
    await page.getByRole('combobox', { name: 'Drills' }).selectOption('maintenance');
    await page.getByRole('button', { name: 'Start', exact: true }).last().click();
    const drill = page.locator('li', { hasText: 'The first node enters maintenance mode' });
    await drill.getByText('running').waitFor();
    await drill.getByText(/kept|broken/).waitFor({ timeout: 60_000 });
    assert.match((await drill.textContent()) ?? '', /longest gap [\d.]+ ms/);
    await page.getByText('1 of 1', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Read the report' }).waitFor();
    await becomes('PF1', 'MASTER');
  });

  testForms(() => ({ lab, browser, page }));

  it('speaks French to a French browser, and changes at any time', async () => {
    const french = await open(browser, lab.address, { locale: 'fr-FR' });
    await french.page.getByRole('link', { name: 'Tableau de bord' }).click();
    await french.page.getByRole('heading', { name: 'Tableau de bord' }).waitFor();
    await french.page.getByLabel('Langue').selectOption('en');
    await french.page.getByRole('heading', { name: 'Dashboard' }).waitFor();
    assert.equal(await french.page.locator('html').getAttribute('lang'), 'en');
    await french.context.close();
  });

  it('the search over the menu is reached and used by keyboard alone', async () => {
    await visit(page, '/');
    await page.keyboard.press('/');
    await page.keyboard.type('virtual ip');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Virtual IPs' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ndp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'ARP / NDP' }).waitFor();
  });

  it('a new user logs in with his password, and not with another', async () => {
    await visit(page, '/system/users');
    await page.locator('.panel', { hasText: 'Users' }).first().getByRole('button', { name: 'Add' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('User name').fill('anna');
    await dialog.getByLabel('Password').fill('Pont-levis-1789');
    await dialog.getByRole('group', { name: 'Groups' }).getByLabel('admins').check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await rowOf('anna').waitFor();
    const other = await open(browser, new URL('/', lab.address).href);
    const login = async (password: string): Promise<void> => {
      await other.page.getByLabel('User name').fill('anna');
      await other.page.getByLabel('Password').fill(password);
      await other.page.keyboard.press('Enter');
    };
    await login('quite another');
    await other.page.getByText('User name or password is wrong.').waitFor();
    await login('Pont-levis-1789');
    await other.page.locator('.here').waitFor();
    await other.context.close();
  });

  for (const dark of [false, true])
    it(`no page has serious faults of accessibility (${dark ? 'dark' : 'light'})`, async () => {
      const seen = await open(browser, lab.address, { dark });
      await seen.page.locator('.here').waitFor();
      const faults: string[] = [];
      for (const path of paths) {
        await visit(seen.page, path);
        faults.push(...(await seriousFaults(seen.page, dark)).map((fault) => `${path}: ${fault}`));
      }
      assert.deepEqual(faults, []);
      assert.deepEqual(seen.complaints, []);
      await seen.context.close();
    });

  it('no page is wider than a phone', async () => {
    const phone = await open(browser, lab.address, { width: 390 });
    await phone.page.locator('.here').waitFor();
    for (const path of paths) {
      await visit(phone.page, path);
      const width = await phone.page.evaluate('document.documentElement.scrollWidth');
      assert.ok(Number(width) <= 390, `${path} is ${width} pixels wide`);
    }
    await phone.context.close();
  });

  it("the browser's console has nothing to complain of", () => {
    assert.deepEqual(opened.complaints, []);
  });
});

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe-core finds serious or worse. Run past the page's own policy, which forbids scripts from elsewhere. */
async function seriousFaults(page: Page, colorsAlone: boolean): Promise<string[]> {
  await page.evaluate(axe);
  // Between light and dark only colours differ.
  const run = colorsAlone ? "axe.run({ runOnly: ['color-contrast'] })" : 'axe.run()';
  const { violations } = (await page.evaluate(run)) as AxeResult;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}
