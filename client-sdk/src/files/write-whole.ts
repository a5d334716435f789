import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ClientError, systemCode } from '../errors/client.error.js';

/**
 * Writes a file whole or not at all: into `FILE.part` beside it, flushed to the disk, then renamed. A name left over
 * from a killed process is written over.
 *
 * @throws ClientError DISK_FULL or NOT_WRITABLE; the file then is as it was before.
 */
export async function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const part = `${file}.part`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(part, 'w');
    try {
      await handle.writeFile(data);
      if ((await handle.stat()).isFile()) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw writeFailure(file, error);
  }
}

const notWritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST']);

/** The clear form of a failed write: DISK_FULL, NOT_WRITABLE, or the error itself when it is neither. */
export function writeFailure(file: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ClientError('DISK_FULL', {
      file,
      problem: 'cannot be written, the disk is full',
      remedy: 'Free some space and run the same command again; finished work is kept',
      cause: error,
    });
  }
  if (code !== undefined && notWritable.has(code)) {
    return new ClientError('NOT_WRITABLE', {
      file,
      problem: `cannot be written (${code})`,
      remedy: 'Choose a folder in which your user may write',
      cause: error,
    });
  }
  return error;
}
