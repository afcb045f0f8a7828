import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { loadConfig, readRunFile } from '../../daemon/config/index.js';
import { chromium } from './chromium.js';
import type { Ends, Member } from './member.js';
import { repoRoot } from './repo.js';

const found = chromium();

/** For tests that need a browser: says so where there is none. */
export const skip = found === undefined && 'no Chromium on the PATH';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser for the tests of one file, each of whose people has a profile of their own. */
export async function browser(t: Ends): Promise<Browser> {
  const running = await playwright.launch({ executablePath: found!, args: ARGS });
  t.after(() => running.close());
  return running;
}

export const PASSWORD = 'correct horse battery';

interface Violation {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** Somebody who looks at the page of one gateway. Whatever the browser complains of is a fault. */
export class Person {
  readonly faults: string[] = [];

  private constructor(
    readonly page: Page,
    readonly base: string,
    readonly home: string,
  ) {}

  /** At the gateway of a member, or at an admin listener of its own. */
  static async at(
    running: Browser,
    where: Member | string,
    options: { width?: number; scheme?: 'light' | 'dark'; provider?: string } = {},
  ): Promise<Person> {
    const { width = 1280, scheme = 'light', provider } = options;
    const context = await running.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const base = typeof where === 'string' ? where : `http://${readRunFile(loadConfig(where.home, {}).paths)!.admin}`;
    const person = new Person(page, base, typeof where === 'string' ? '' : where.home);
    person.#watch(provider);
    return person;
  }

  /** `provider`: the one other place where people are led to, for signing in. */
  #watch(provider: string | undefined): void {
    const { page, base, faults } = this;
    const isAtProvider = (url: string) => provider !== undefined && url.startsWith(provider);
    page.on('request', (request) => {
      const url = request.url();
      if (isAtProvider(url) || isAtProvider(request.frame().url())) return;
      if (!url.startsWith(base) && !/^(blob|data|about):/.test(url)) faults.push(`asks ${url}`);
    });
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('dialog', (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      // What was asked for and is not there is told by the page itself.
      if (isAtProvider(page.url())) return;
      if (message.type() === 'error' && !/status of 4\d\d|ERR_CONNECTION/.test(message.text()))
        faults.push(message.text());
    });
  }

  /** Makes the first administrator, with the address that the gateway printed. */
  async setUp(name: string): Promise<void> {
    const token = readFileSync(join(this.home, 'keys', 'first.token'), 'utf8').trim();
    await this.page.goto(`${this.base}/#${token}`);
    await this.page.getByLabel('Your name').fill(name);
    await this.page.getByLabel(/^Password( \*)?$/).fill(PASSWORD);
    await this.page.getByLabel('Password again').fill(PASSWORD);
    await this.page.getByRole('button', { name: /Make administrator/ }).click();
    await this.heading('Overview');
  }

  async signIn(name: string, password = PASSWORD): Promise<void> {
    await this.page.goto(this.base);
    await this.page.getByLabel('Name').fill(name);
    await this.page.getByLabel(/^Password( \*)?$/).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.base + path);
  }

  /** Goes to another place of the page that is open, and waits until it is there. */
  async go(path: string): Promise<void> {
    await this.page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`);
    await this.page.locator('h1').first().waitFor();
    await this.page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
  }

  /** The heading of the page that is shown. */
  async heading(text: string): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: text }).waitFor();
  }

  button(name: string | RegExp) {
    return this.page.getByRole('button', { name });
  }

  async click(name: string | RegExp): Promise<void> {
    await this.button(name).click();
  }

  /** Waits until a text is shown. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Serious faults that axe finds on what is shown, with where they are. */
  async axe(): Promise<string[]> {
    if (!(await this.page.evaluate("'axe' in window"))) await this.page.evaluate(axe.source);
    const violations = (await this.page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)",
    )) as Violation[];
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
  }

  /** A picture for the guided tour in docs/TOUR.md, which `npm run tour` makes anew. */
  async show(name: string): Promise<void> {
    const folder = process.env.COUNTERFOIL_WRITE_DOCS ? join('docs', 'tour') : join('test-output', 'tour');
    await this.page.screenshot({ path: join(repoRoot, folder, `${name}.png`) });
  }

  /** A picture of the page, in an ignored folder. */
  async shoot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(repoRoot, 'test-output', 'page', `${name}.png`), fullPage: true });
  }

  /** How far the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - innerWidth');
  }

  sound(): void {
    assert.deepEqual(this.faults, []);
  }
}
