import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import bundled from '@sparticuz/chromium';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** A Chromium that the npm registry brought, with a profile of its own. */
export interface TestBrowser {
  /** Everything the pages complained of, and every address outside the platform that they asked for. */
  readonly complaints: string[];
  open(theme: 'light' | 'dark', width?: number): Promise<Page>;
  stop(): Promise<void>;
}

const HEIGHT = 900;

export async function startBrowser(baseURL: string): Promise<TestBrowser> {
  bundled.setGraphicsMode = false;
  const executablePath = await bundled.executablePath();
  const profiles: string[] = [];
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  return {
    complaints,
    async open(theme, width = 1280) {
      const profile = await mkdtemp(path.join(tmpdir(), 'edgelore-browser-'));
      profiles.push(profile);
      const context = await chromium.launchPersistentContext(profile, {
        executablePath,
        args: [...bundled.args, '--disable-background-networking', '--disable-component-update', '--disable-sync'],
        headless: true,
        baseURL,
        colorScheme: theme,
        viewport: { width, height: HEIGHT },
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        reducedMotion: 'reduce',
      });
      contexts.push(context);
      const page = context.pages()[0] ?? (await context.newPage());
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          complaints.push(`${page.url()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on('request', (request) => {
        if (!request.url().startsWith(baseURL)) complaints.push(`${page.url()} asked for ${request.url()}`);
      });
      return page;
    },
    async stop() {
      await Promise.all(contexts.map((context) => context.close().catch(() => undefined)));
      await Promise.all(profiles.map((profile) => rm(profile, { recursive: true, force: true })));
    },
  };
}

export async function signIn(page: Page, password: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Operator password or API key').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}
