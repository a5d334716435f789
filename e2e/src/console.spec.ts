import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { signIn, startBrowser, type TestBrowser } from './console/browser.js';
import { actAsOwner } from './console/owner.js';
import { type Screen, screensOf, visit } from './console/screens.js';
import { violations } from './console/violations.js';
import { drawFaces, openWorkshop, type Workshop } from './drawn-faces.js';
import { type Platform, startPlatform, until } from './platform.js';

const FIRST_LOAD_BYTES = 200_000;

describe('the console', () => {
  let workshop: Workshop;
  let platform: Platform;
  let browser: TestBrowser;
  let screens: readonly Screen[];
  let light: Page;

  beforeAll(async () => {
    workshop = await openWorkshop();
    platform = await startPlatform();
    screens = screensOf(await actAsOwner(platform, await drawFaces(workshop), workshop.path('home')));
    browser = await startBrowser(platform.url);
    light = await browser.open('light');
  }, 240_000);
  afterAll(async () => {
    await browser?.stop();
    await platform?.stop();
    await workshop?.remove();
  });

  it('loads little before it can be used', async () => {
    const bodies: Promise<Buffer>[] = [];
    const keep = (response: { url(): string; body(): Promise<Buffer> }) => {
      if (!response.url().includes('/graphql')) bodies.push(response.body());
    };
    light.on('response', keep);
    await light.goto('/');
    await light.getByRole('button', { name: 'Sign in' }).waitFor();
    light.off('response', keep);
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(50_000);
    expect(total).toBeLessThan(FIRST_LOAD_BYTES);
  }, 60_000);

  it('refuses a wrong password and lets the right one in', async () => {
    await light.getByLabel('Operator password or API key').fill('not this');
    await light.getByRole('button', { name: 'Sign in' }).click();
    await light.getByText('This is neither the password nor a key.').waitFor();
    await signIn(light, platform.operatorPassword);
    await light.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  }, 60_000);

  it.each(['light', 'dark'] as const)(
    'shows every screen with what it should, for everybody to read, in %s',
    async (theme) => {
      const page = theme === 'light' ? light : await browser.open('dark');
      if (theme === 'dark') await signIn(page, platform.operatorPassword);
      const wrong: string[] = [];
      for (const screen of screens) {
        await visit(page, screen);
        for (const violation of await violations(page)) wrong.push(`${screen.name}: ${violation}`);
        if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) {
          wrong.push(`${screen.name} is wider than its window`);
        }
      }
      // Signing out ends every session, which a page left open would complain of.
      if (theme === 'dark') await page.context().close();
      expect(wrong).toEqual([]);
    },
    300_000,
  );

  it('fits a telephone, where the menu leads on', async () => {
    const size = light.viewportSize()!;
    await light.setViewportSize({ width: 390, height: 844 });
    const wider: string[] = [];
    for (const screen of screens) {
      await visit(light, screen);
      const width = await light.evaluate(() => document.documentElement.scrollWidth);
      if (width > 390) wider.push(`${screen.name}: ${width}`);
    }
    expect(wider).toEqual([]);
    await light.getByRole('button', { name: 'Menu' }).click();
    await light.getByRole('dialog').getByRole('link', { name: 'Models' }).click();
    await light.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    expect(await light.getByRole('dialog').count()).toBe(0);
    await light.setViewportSize(size);
  }, 120_000);

  it('keeps filters, order and tab in the address', async () => {
    await light.goto('/tasks');
    await light.getByLabel('Name').fill('masked');
    await light.getByText('1 task', { exact: true }).waitFor();
    expect(light.url()).toContain('search=masked');
    await light.reload();
    await light.getByText('1 task', { exact: true }).waitFor();
    await light.getByRole('link', { name: 'masked-portraits' }).click();
    await light.getByRole('link', { name: /^Trials \(/ }).click();
    await light.getByText(/64 trials of 1 task/).waitFor();
    await light.goBack();
    await light.getByText(/rows? of 32 numbers/).waitFor();
  }, 60_000);

  it('shows a retraining from start to promotion while one looks, and rolls it back', async () => {
    platform.startWorker();
    await light.goto('/jobs');
    await light.getByRole('progressbar').first().waitFor({ timeout: 120_000 });
    await light
      .getByText(/^(promoted|rejected|skipped)$/)
      .first()
      .waitFor({ timeout: 240_000 });
    const { modelVersions } = await platform.known();
    await light.goto('/models');
    await light
      .getByRole('link', { name: `v${modelVersions[0]?.number}`, exact: true })
      .first()
      .waitFor();

    await light.getByRole('img', { name: /^Lineage of/ }).waitFor();
    await until(async () => !(await platform.known()).status.running);
    const before = (await platform.known()).modelVersions.find(({ state }) => state === 'CURRENT')?.number ?? 0;
    expect(before).toBeGreaterThan(1);
    await light.getByRole('button', { name: 'Roll back' }).click();
    const confirm = light.getByRole('dialog').getByRole('button', { name: 'roll back' });
    expect(await confirm.isDisabled()).toBe(true);
    await light.getByRole('dialog').getByRole('textbox').fill(`v${before}`);
    await confirm.click();
    await light.getByRole('dialog').waitFor({ state: 'hidden' });
    const after = (await platform.known()).modelVersions.find(({ state }) => state === 'CURRENT')?.number ?? 0;
    expect(after).toBeGreaterThan(before);
    const row = light.getByRole('row').filter({ has: light.getByRole('link', { name: `v${after}`, exact: true }) });
    await row.getByText('current', { exact: true }).first().waitFor();
    await light.goto(`/models/${after}`);
    await light.getByText('Brings back').waitFor();
  }, 420_000);

  it('signs out, and knows nothing after that', async () => {
    await light.getByRole('button', { name: 'Sign out' }).first().click();
    await light.getByRole('button', { name: 'Sign in' }).waitFor();
    await light.goto('/tasks');
    await light.getByRole('button', { name: 'Sign in' }).waitFor();
  }, 60_000);

  it('never complained, and asked nobody else', () => {
    expect(browser.complaints).toEqual([]);
  });
});
