import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { PersistedDocuments } from './persisted-documents.js';

describe('persisted documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edgelore-documents-'));
  const file = join(folder, 'documents.json');
  const document = 'query Me { me { kind } }';
  const hash = createHash('sha256').update(document).digest('hex');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are found by their hash', () => {
    writeFileSync(file, JSON.stringify({ [hash]: document }));
    const documents = new PersistedDocuments(file);
    expect(documents.find(hash)).toBe(document);
    expect(documents.find('a'.repeat(64))).toBeUndefined();
    expect(documents.find('constructor')).toBeUndefined();
  });

  it('are named in a request’s extensions, and nowhere else', () => {
    const documents = new PersistedDocuments(join(folder, 'missing.json'));
    const named = (version: unknown, sha256Hash: unknown) =>
      documents.hashOf({ extensions: { persistedQuery: { version, sha256Hash } } });
    expect(named(1, hash)).toBe(hash);
    expect(named(2, hash)).toBeUndefined();
    expect(named(1, 'a'.repeat(65))).toBeUndefined();
    expect(named(1, { toString: () => hash })).toBeUndefined();
    for (const body of [null, {}, { extensions: null }, { extensions: {} }])
      expect(documents.hashOf(body)).toBeUndefined();
  });

  it('are refused where the file is none of the build’s', () => {
    writeFileSync(file, JSON.stringify({ short: document }));
    expect(() => new PersistedDocuments(file)).toThrow();
  });
});
