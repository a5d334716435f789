import type { Page } from 'playwright-core';

/** Ids of things that stand for their kind. */
export interface Known {
  readonly openTask: string;
  readonly ownTask: string;
  readonly recommendation: string;
  readonly trial: string;
}

export interface Screen {
  readonly name: string;
  readonly path: string;
  /** Stands in the heading. */
  readonly heading: string | RegExp;
  /** Something on it that only real data brings. */
  readonly shows: string | RegExp;
  /** Drawings on it. */
  readonly charts?: number;
}

export function screensOf({ openTask, ownTask, recommendation, trial }: Known): readonly Screen[] {
  return [
    { name: 'home', path: '/', heading: 'Home', shows: 'masked-portraits', charts: 1 },
    { name: 'tasks', path: '/tasks?sort=BEST_SCORE&dir=DESC', heading: 'Tasks', shows: 'masked-portraits' },
    { name: 'describe', path: '/describe', heading: 'Describe here', shows: 'Choose a folder' },
    { name: 'task', path: `/tasks/${ownTask}`, heading: /./, shows: /rows? of 32 numbers/ },
    { name: 'task-map', path: `/tasks/${ownTask}?tab=map`, heading: /./, shows: 'Nearest tasks', charts: 1 },
    {
      name: 'task-recommendations',
      path: `/tasks/${ownTask}?tab=recommendations`,
      heading: /./,
      shows: /1 recommendation/,
    },
    {
      name: 'task-trials',
      path: `/tasks/${openTask}?tab=trials`,
      heading: 'cartoon-mixed',
      shows: /64 trials of 1 task/,
    },
    {
      name: 'task-charts',
      path: `/tasks/${openTask}?tab=charts`,
      heading: 'cartoon-mixed',
      shows: 'Importance',
      charts: 4,
    },
    { name: 'recommendations', path: '/recommendations', heading: 'Recommendations', shows: /1 recommendation/ },
    {
      name: 'recommendation',
      path: `/recommendations/${recommendation}`,
      heading: /^Recommendation for/,
      shows: 'Why rank 1',
    },
    { name: 'trials', path: `/trials?task=${openTask}`, heading: 'Trials', shows: /64 trials of 1 task/ },
    { name: 'trial', path: `/trials/${trial}`, heading: /^Trial of/, shows: 'input size' },
    { name: 'models', path: '/models', heading: 'Models', shows: 'Shipped with Edgelore.' },
    { name: 'model', path: '/models/1', heading: 'Model version 1', shows: 'The gate’s verdict' },
    { name: 'regret', path: '/regret', heading: 'Regret', shows: 'best tried', charts: 1 },
    { name: 'search-spaces', path: '/search-spaces', heading: 'Search spaces', shows: 'face-detector/1' },
    { name: 'jobs', path: '/jobs', heading: 'Jobs', shows: 'Queue training' },
    { name: 'keys', path: '/keys', heading: 'Keys', shows: 'edl_' },
    { name: 'system', path: '/system', heading: 'System', shows: 'Postgres' },
  ];
}

/** Opens a screen and waits until it shows what it should, drawings included. */
export async function visit(page: Page, { path, heading, shows, charts = 0 }: Screen): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  const sign = page.getByText(shows).first();
  const drawn = () => page.evaluate(() => document.querySelectorAll('main canvas').length);
  // What is below the fold is asked for and drawn only when one gets there.
  for (let scrolled = 0; charts > 0 && scrolled < 40; scrolled++) {
    if ((await sign.isVisible()) && (await drawn()) >= charts) break;
    await page.mouse.wheel(0, 500);
    await page.waitForTimeout(150);
  }
  await sign.waitFor();
  await page.waitForFunction((least) => document.querySelectorAll('main canvas').length >= least, charts);
  await page.evaluate(() => window.scrollTo(0, 0));
}
