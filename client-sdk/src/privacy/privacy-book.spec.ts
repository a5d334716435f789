import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { balanceOf, muOf } from '@edgelore/privacy';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { PrivacyBook } from './privacy-book.js';

const at = '2030-01-01T00:00:00.000Z';
const entry = (epsilon: number) => ({ what: 'description', at, mu: muOf({ epsilon, delta: 1e-5 }) });
const unprotected = { what: 'description', at, mu: null };

describe('the privacy ledger in the home folder', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
  });
  afterEach(() => folder.remove());

  const open = (...pictures: string[]) => PrivacyBook.open(folder.root, pictures);
  const files = () => readdir(folder.path('privacy')).catch(() => []);

  it('is found again, and adds up', async () => {
    await (await open('a', 'b')).charge(entry(1), 'task');
    await (await open('a', 'b')).charge(entry(1), 'task');
    const { ledger } = await open('a', 'b');
    expect(ledger.entries).toEqual([entry(1), entry(1)]);
    expect(balanceOf(ledger).epsilon).toBeGreaterThan(1.4);
  });

  it('follows the pictures: a dataset that shares one has its releases, another has not', async () => {
    await (await open('a', 'b')).charge(entry(1), 'task');
    expect((await open('b', 'c')).ledger.entries).toHaveLength(1);
    expect((await open('c')).ledger.entries).toHaveLength(0);
  });

  it('refuses what passes the cap, and leaves no trace of it', async () => {
    await (await open('a')).charge(entry(3.5), 'task');
    const before = await files();
    const failure = await failureOf((await open('a')).charge(entry(3), 'task'));
    expect([failure.code, failure.exitCode]).toEqual(['PRIVACY_SPENT', 77]);
    expect(failure.message).toMatch(/lifetime cap of 4; at most epsilon 1\.\d+ is left/);
    expect(await files()).toEqual(before);
  });

  it('refuses rather both of two commands at once than neither', async () => {
    const books = await Promise.all([open('a'), open('a')]);
    const charges = await Promise.allSettled(books.map((book) => book.charge(entry(3.5), 'task')));
    expect(charges.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    expect(balanceOf((await open('a')).ledger).epsilon).toBeLessThan(4);
  });

  it('allows nothing without noise after something with it', async () => {
    await (await open('a')).charge(unprotected, 'first');
    expect((await open('a')).hasUnprotected('first', 'description')).toBe(true);
    await (await open('a')).charge(entry(1), 'second');
    expect((await failureOf((await open('a')).charge(unprotected, 'third'))).code).toBe('PRIVACY_SPENT');
  });

  it('keeps another cap for every dataset of this machine', async () => {
    await (await open('a')).limit({ epsilon: 0.5, delta: 1e-6 });
    expect((await open('b')).ledger.cap).toEqual({ epsilon: 0.5, delta: 1e-6 });
    expect((await failureOf((await open('b')).charge(entry(1), 'task'))).code).toBe('PRIVACY_SPENT');
    expect((await failureOf((await open('b')).limit({ epsilon: 1, delta: 2 }))).code).toBe('INVALID_GUARANTEE');
  });

  it('does not take a ledger that it cannot open for an empty one', async () => {
    await writeFile(folder.path('privacy'), 'no folder');
    expect((await failureOf(open('a'))).code).toBe('RUN_DAMAGED');
  });

  it.each(['', '{', '{"what":"description"}', '{"what":"x","at":"once","mu":1,"task":"t","pictures":[]}'])(
    'names a file that holds %j instead of guessing what was spent',
    async (text) => {
      await mkdir(folder.path('privacy'), { recursive: true });
      await writeFile(folder.path('privacy/1.json'), text);
      const failure = await failureOf(open('a'));
      expect([failure.code, failure.file]).toEqual(['RUN_DAMAGED', folder.path('privacy/1.json')]);
      expect(await readFile(folder.path('privacy/1.json'), 'utf8')).toBe(text);
    },
  );
});
