import { existsSync } from 'node:fs';
import { lstat, readFile, symlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '../testing/failure-of.js';
import { ImageFolder } from '../testing/image-folder.js';
import { writeWhole } from './write-whole.js';

describe('writeWhole', () => {
  let folder: ImageFolder;
  beforeEach(async () => {
    folder = await ImageFolder.create();
  });
  afterEach(() => folder.remove());

  it('replaces a file and leaves nothing else behind', async () => {
    await writeWhole(folder.path('a/b.json'), 'one');
    await writeWhole(folder.path('a/b.json'), 'two');
    expect(await readFile(folder.path('a/b.json'), 'utf8')).toBe('two');
    expect(existsSync(folder.path('a/b.json.part'))).toBe(false);
  });

  it('keeps the old file and says so in one line when the disk is full', async () => {
    if (!existsSync('/dev/full')) {
      console.info('full disk: passes without a check, this system has no /dev/full');
      return;
    }
    await writeWhole(folder.path('result.json'), 'old');
    // Every write to /dev/full fails as on a full disk; the temporary name leads there.
    await symlink('/dev/full', folder.path('result.json.part'));
    const failure = await failureOf(writeWhole(folder.path('result.json'), 'new'));
    expect([failure.code, failure.exitCode]).toEqual(['DISK_FULL', 73]);
    expect(failure.message).toContain(folder.path('result.json'));
    expect(failure.message).not.toContain('\n');
    expect(await readFile(folder.path('result.json'), 'utf8')).toBe('old');
    await expect(lstat(folder.path('result.json.part'))).rejects.toThrow();
    expect(existsSync('/dev/full')).toBe(true);
  });

  it('names a place that cannot be written', async () => {
    await writeWhole(folder.path('file'), 'x');
    const failure = await failureOf(writeWhole(folder.path('file/below.json'), 'x'));
    expect([failure.code, failure.exitCode]).toEqual(['NOT_WRITABLE', 73]);
  });
});
