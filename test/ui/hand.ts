/** What an administrator's hand does on the page, again and again. */
import { strict as assert } from 'node:assert';
import type { Locator, Page } from 'playwright-core';
import { visit } from './rig.ts';

export class Hand {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Clicks a button by its whole name. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).first().click();
  }

  /** Makes a new entry on a page of the menu: fields by their labels; a select takes a choice's value. */
  async make(path: string, fields: Readonly<Record<string, string>>): Promise<void> {
    await visit(this.page, path);
    await this.press('Add');
    await this.fill(fields);
    await this.save();
  }

  async fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) {
      const field = this.dialog.getByLabel(label, { exact: true });
      const isChoice =
        (await field.evaluate((element) => String((element as { tagName?: string }).tagName))) === 'SELECT';
      if (isChoice) await field.selectOption(value);
      else await field.fill(value);
    }
  }

  async save(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Save' }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** Looks at the preview, then applies what waits; on trial for so many seconds. */
  async apply(trialSeconds?: number): Promise<void> {
    await this.press('Apply changes');
    await this.dialog.getByRole('heading', { name: 'What changes in the document' }).waitFor();
    if (trialSeconds !== undefined)
      await this.dialog.getByLabel('On trial').selectOption(String(trialSeconds));
    await this.dialog.getByRole('button', { name: 'Apply', exact: true }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** Asks the API as the page does. */
  async ask<T>(
    path: string,
    init: Readonly<Record<string, unknown>> = {},
  ): Promise<{ status: number; json: T }> {
    const question = `fetch('/api/v1${path}', ${JSON.stringify(init)}).then(async (reply) => ({ status: reply.status, json: await reply.json() }))`;
    return this.page.evaluate(question) as Promise<{ status: number; json: T }>;
  }

  /** The texts of the buttons of a page that can be pressed. */
  async buttons(path: string): Promise<readonly string[]> {
    await visit(this.page, path);
    const all = await this.page.locator('main button:enabled').all();
    const names = all.map(
      async (button) => (await button.getAttribute('aria-label')) ?? (await button.textContent()) ?? '',
    );
    return (await Promise.all(names)).map((name) => name.trim());
  }

  async login(user: string, password: string): Promise<void> {
    await this.page.getByLabel('User name').fill(user);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.keyboard.press('Enter');
  }
}

/** The descriptions of the document's rules of an interface in a kernel, in order, as far as a test has made them. */
export const rulesIn = (ruleset: string): string[] =>
  [...ruleset.matchAll(/comment "rule \w+: (shown \w+)"/g)].map(([, words]) => words ?? '');

/** Waits for a row of a table and gives it. */
export async function rowWith(page: Page, text: string): Promise<Locator> {
  const row = page.locator('tbody tr', { hasText: text }).first();
  await row.waitFor();
  assert.ok(await row.isVisible());
  return row;
}
