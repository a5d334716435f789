import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { signIn, startBrowser } from './console/browser.js';
import { actAsOwner } from './console/owner.js';
import { screensOf, visit } from './console/screens.js';
import { drawFaces, openWorkshop } from './drawn-faces.js';
import { startPlatform, until } from './platform.js';

/** `npm run screenshots`: screens of the console, light and dark, of a platform that learned from one owner; into docs/console. */
/** Those that docs/console.md shows. */
const PICTURED = ['home', 'task', 'task-map', 'task-charts', 'recommendation', 'models', 'jobs'];
const FOLDER = fileURLToPath(new URL('../../docs/console', import.meta.url));

const workshop = await openWorkshop();
const platform = await startPlatform();
const browser = await startBrowser(platform.url);
async function picture(page: Page, file: string): Promise<void> {
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.waitForTimeout(400);
  await page.screenshot({ path: path.join(FOLDER, file), fullPage: true });
  process.stdout.write(`docs/console/${file}\n`);
}

try {
  const folder = await drawFaces(workshop);
  const screens = screensOf(await actAsOwner(platform, folder, workshop.path('home')));
  platform.startWorker();
  await until(async () => {
    const { status } = await platform.known();
    return status.pending === 0 && !status.running;
  }, 1000);
  await mkdir(FOLDER, { recursive: true });
  for (const theme of ['light', 'dark'] as const) {
    const page = await browser.open(theme, 1360);
    await signIn(page, platform.operatorPassword);
    for (const screen of screens.filter(({ name }) => PICTURED.includes(name))) {
      await visit(page, screen);
      await picture(page, `${screen.name}.${theme}.png`);
    }
    await page.context().close();
    const owner = await browser.open(theme, 1360);
    await signIn(owner, platform.apiKey);
    await owner.getByRole('link', { name: 'Describe here' }).click();
    await owner.locator('input[type=file]').setInputFiles(folder);
    await owner.getByLabel('Name of the task').fill('portraits');
    await picture(owner, `describe.${theme}.png`);
  }
} finally {
  await browser.stop();
  await platform.stop();
  await workshop.remove();
}
