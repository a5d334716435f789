import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What decides the figures of our own methods: other code, other figures. */
const CODE = [
  ...['benchmark', 'losses', 'metrics', 'scorers', 'search', 'weak-labels'].map((part) => `libs/ranking/dist/${part}`),
  'libs/kernels/dist',
  'bench/dist/ranking/run-search.js',
  'bench/dist/ranking/run-fold.js',
];

/** Hash of the code that methods run on. */
export function codeVersion(): string {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const hash = createHash('sha256');
  for (const part of CODE) {
    const whole = path.join(root, part);
    const files = whole.endsWith('.js') ? [''] : readdirSync(whole, { recursive: true, encoding: 'utf8' }).sort();
    for (const file of files.filter((name) => !/\.(spec\.js|ts|map|json)$/.test(name))) {
      const full = path.join(whole, file);
      if (/\.(js|wasm)$/.test(full)) {
        hash.update(readFileSync(full));
      }
    }
  }
  return hash.digest('hex').slice(0, 12);
}
