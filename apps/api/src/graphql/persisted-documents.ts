import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What the console's build writes: its documents by the SHA-256 of their text. */
const MANIFEST = fileURLToPath(new URL('../../../console/dist/persisted-documents.json', import.meta.url));

const manifest = z.record(z.string().regex(/^[0-9a-f]{64}$/), z.string());
const request = z.object({
  extensions: z.object({ persistedQuery: z.object({ version: z.literal(1), sha256Hash: z.string().max(64) }) }),
});

/** Documents that callers may name by hash instead of sending them. Whatever is sent in full is taken as ever. */
export class PersistedDocuments {
  private readonly byHash: ReadonlyMap<string, string>;

  constructor(file = MANIFEST) {
    const json: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    this.byHash = new Map(Object.entries(manifest.parse(json)));
  }

  /** The hash that a request names in place of a document, if it does. */
  hashOf(body: unknown): string | undefined {
    const named = request.safeParse(body);
    return named.success ? named.data.extensions.persistedQuery.sha256Hash : undefined;
  }

  find(hash: string): string | undefined {
    return this.byHash.get(hash);
  }
}

export const UNKNOWN_DOCUMENT = 'Unknown document: load the page again, it is of another version than the platform.';
