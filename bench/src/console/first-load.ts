import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const SITE = fileURLToPath(new URL('../../../apps/console/dist/site/', import.meta.url));

/** Bytes, compressed, of the page and of all that it names: what a browser loads before it shows anything. */
export function firstLoadBytes(): number | null {
  if (!existsSync(`${SITE}index.html`)) return null;
  const page = readFileSync(`${SITE}index.html`, 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]!);
  return ['index.html', ...new Set(named)].reduce(
    (sum, file) => sum + gzipSync(readFileSync(`${SITE}${file}`), { level: 9 }).length,
    0,
  );
}
