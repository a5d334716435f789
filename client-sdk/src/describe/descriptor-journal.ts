import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { BASE_DESCRIPTOR, BASE_DIMENSION } from '@edgelore/descriptors';
import { writeFailure } from '../files/write-whole.js';
import type { Journal, JournalRecord } from './base-descriptors.js';

/** Images that a killed process loses at most. */
const FLUSH_EVERY = 32;
const READ_RECORDS = 1024;
const HEADER = Buffer.from(`${BASE_DESCRIPTOR} ${BASE_DIMENSION}\n`);
/** Index, checksum, numbers. */
const RECORD = 8 + 4 * BASE_DIMENSION;

/**
 * The base descriptors of a dataset's images in a file on the owner's machine, so that work once done is kept when describing is interrupted. Records stand in the order of the images
 * and hold the same bytes whoever writes them; the first that is incomplete or damaged, as a crash may leave it, ends the journal, and is written over.
 */
export class DescriptorJournal implements Journal {
  #handle: FileHandle;
  #read = 0;
  #written = 0;
  #lastIndex = -1;
  #ahead: JournalRecord[] = [];
  #pending: Buffer[] = [];

  private constructor(
    readonly file: string,
    handle: FileHandle,
  ) {
    this.#handle = handle;
  }

  /** Opens or begins a journal; one of an earlier base descriptor is begun anew. @throws ClientError DISK_FULL, NOT_WRITABLE. */
  static async open(file: string): Promise<DescriptorJournal> {
    try {
      await mkdir(path.dirname(file), { recursive: true });
      const handle = await open(file, 'a+', 0o600).then(async (created) => {
        await created.close();
        return open(file, 'r+');
      });
      const header = Buffer.alloc(HEADER.length);
      await handle.read(header, 0, header.length, 0);
      if (!header.equals(HEADER)) {
        await handle.truncate(0);
        await handle.write(HEADER, 0, HEADER.length, 0);
      }
      return new DescriptorJournal(file, handle);
    } catch (error) {
      throw writeFailure(file, error);
    }
  }

  /** The next record that was there when it is asked for; undefined from the end on. To be read to the end before anything is appended. */
  async next(): Promise<JournalRecord | undefined> {
    if (this.#ahead.length === 0) await this.#readAhead();
    const record = this.#ahead.shift();
    if (record) this.#written += 1;
    return record;
  }

  async append({ index, base }: JournalRecord): Promise<void> {
    const record = Buffer.alloc(RECORD);
    record.writeUInt32LE(index, 0);
    base.forEach((value, at) => {
      record.writeFloatLE(value, 8 + 4 * at);
    });
    record.writeUInt32LE(checksum(record), 4);
    this.#pending.push(record);
    if (this.#pending.length >= FLUSH_EVERY) await this.flush();
  }

  async flush(): Promise<void> {
    const records = Buffer.concat(this.#pending);
    try {
      await this.#handle.write(records, 0, records.length, HEADER.length + this.#written * RECORD);
    } catch (error) {
      throw writeFailure(this.file, error);
    }
    this.#written += this.#pending.length;
    this.#pending = [];
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }

  async #readAhead(): Promise<void> {
    if (this.#read === Number.POSITIVE_INFINITY) return;
    const bytes = Buffer.alloc(READ_RECORDS * RECORD);
    const { bytesRead } = await this.#handle.read(bytes, 0, bytes.length, HEADER.length + this.#read * RECORD);
    const count = Math.floor(bytesRead / RECORD);
    for (let at = 0; at < count; at += 1) {
      const record = recordOf(bytes.subarray(at * RECORD, (at + 1) * RECORD));
      if (record === undefined || record.index <= this.#lastIndex) break;
      this.#lastIndex = record.index;
      this.#ahead.push(record);
    }
    this.#read = this.#ahead.length === READ_RECORDS ? this.#read + READ_RECORDS : Number.POSITIVE_INFINITY;
  }
}

function recordOf(bytes: Buffer): JournalRecord | undefined {
  if (bytes.readUInt32LE(4) !== checksum(bytes)) return undefined;
  const base = Float32Array.from({ length: BASE_DIMENSION }, (_, at) => bytes.readFloatLE(8 + 4 * at));
  return { index: bytes.readUInt32LE(0), base };
}

function checksum(record: Buffer): number {
  return crc32(record.subarray(8), crc32(record.subarray(0, 4)));
}
