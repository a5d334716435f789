import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Hash of built code: figures that were kept under another hash are not of this code.
 * @param parts folders, or files that end in .js, from the root of the repository
 */
export function codeHash(parts: readonly string[]): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const hash = createHash('sha256');
  for (const part of parts) {
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
