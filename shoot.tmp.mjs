import { chromium } from 'playwright-core';
const [theme, width, ...paths] = process.argv.slice(2);
const base = process.env.BASE ?? 'http://127.0.0.1:5170';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
const c = await b.newContext({ viewport: { width: Number(width), height: 900 }, colorScheme: theme, baseURL: base });
const p = await c.newPage();
p.on('console', (m) => { if (['error','warning'].includes(m.type())) console.log('CONSOLE', m.type(), m.text().slice(0,400)); });
p.on('pageerror', (e) => console.log('PAGEERROR', e.message.slice(0,400)));
import fs from 'node:fs';
await p.goto('/');
await p.fill('#secret', fs.readFileSync('/tmp/console-password','utf8').trim());
await p.click('button[type=submit]');
await p.waitForSelector('nav', { timeout: 60000 });
for (const path of paths) {
  await p.goto(path.startsWith('/') ? path : '/' + path);
  await p.waitForSelector('h1', { timeout: 60000 }).catch(() => console.log('no h1', path));
  await p.waitForTimeout(Number(process.env.WAIT ?? 2500));
  const name = `/tmp/shots/${path.replaceAll(/[^a-z0-9-]+/gi, '_')}.${theme}.${width}.png`;
  const w = await p.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (w > 0) console.log('OVERFLOW', path, w);
  await p.screenshot({ path: name, fullPage: true });
  console.log(name);
}
await b.close();
