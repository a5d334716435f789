#!/usr/bin/env node
// npm run bench -- NAME [options]: builds, then runs bench/src/NAME.bench.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [name, ...options] = process.argv.slice(2);
const names = readdirSync(`${root}bench/src`)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''));
if (!name || !names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [options]\nbenchmarks: ${names.join(', ')}`);
  process.exit(2);
}
if (!existsSync(`${root}node_modules`)) {
  console.error('dependencies are missing: run `npm ci` first');
  process.exit(2);
}
for (const build of [
  [`${root}libs/kernels/build.mjs`],
  [`${root}node_modules/typescript/bin/tsc`, '-b', `${root}bench`],
]) {
  const { status } = spawnSync(process.execPath, build, { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
const run = spawnSync(process.execPath, ['--enable-source-maps', `${root}bench/dist/${name}.bench.js`, ...options], {
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
