import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { InvalidWeightsError } from '../weights.js';
import { plainSupernet, sameNumbers } from './supernet.fixture.js';
import { decodeSupernet, encodeSupernet, supernetId } from './supernet-file.js';
import { supernetLayout } from './supernet-layout.js';

const supernet = { ...plainSupernet(1), steps: 12 };
const file = encodeSupernet(supernet);

function faultOf(bytes: Uint8Array): string {
  try {
    decodeSupernet(bytes);
    return 'none';
  } catch (error) {
    if (error instanceof InvalidWeightsError) return error.message;
    throw error;
  }
}

/** The file with its header changed, and the checksum as it should be. */
function withHeader(change: (text: string) => string): Uint8Array {
  const bytes = Buffer.from(file);
  const length = bytes.readUInt32LE(8);
  const header = Buffer.from(change(bytes.subarray(16, 16 + length).toString()));
  const body = Buffer.concat([header, bytes.subarray(16 + length)]);
  const preamble = Buffer.from(bytes.subarray(0, 16));
  preamble.writeUInt32LE(header.length, 8);
  preamble.writeUInt32LE(crc32(body), 12);
  return Buffer.concat([preamble, body]);
}

describe('the file of a supernet', () => {
  it('holds kernels to half a step of their channel, vectors exactly, in under two megabytes', () => {
    const read = decodeSupernet(file);
    expect(read.steps).toBe(12);
    for (const { shape, offset, size } of supernetLayout().tensors) {
      const before = supernet.shared.subarray(offset, offset + size);
      const after = read.shared.subarray(offset, offset + size);
      if (shape.length === 1) {
        expect(sameNumbers(after, before)).toBe(true);
        continue;
      }
      const channels = shape.findLast((side) => side !== 1) ?? 1;
      const largest = new Float32Array(channels);
      before.forEach((value, i) => {
        largest[i % channels] = Math.max(largest[i % channels]!, Math.abs(value));
      });
      before.forEach((value, i) => {
        const off = Math.abs(value - after[i]!);
        if (off > (largest[i % channels]! / 127) * 0.5001) throw new Error(`${off} off at ${offset + i}`);
      });
    }
    expect(file.length).toBeLessThan(2e6);
  });

  it('is the same when what was read is written again, and has one name', () => {
    const read = decodeSupernet(file);
    expect(Buffer.compare(encodeSupernet(read), file)).toBe(0);
    expect(supernetId(read)).toBe(supernetId(decodeSupernet(file)));
    expect(supernetId(read)).toMatch(/^[0-9a-f]{16}$/);
    expect(supernetId(read)).not.toBe(supernetId(supernet));
  });

  it('is refused with its fault', () => {
    const flipped = Uint8Array.from(file);
    flipped[5000]! ^= 1;
    expect(faultOf(flipped)).toMatch(/damaged/);
    expect(faultOf(file.subarray(0, 5000))).toMatch(/cut off/);
    expect(faultOf(file.subarray(0, 10))).toMatch(/EDGENET1/);
    expect(faultOf(new TextEncoder().encode('EDGELOR1 and whatever follows'))).toMatch(/no file of a supernet/);
    expect(faultOf(withHeader((text) => text.replace('face-detector/1', 'face-detector/2')))).toMatch(
      /another version/,
    );
    expect(faultOf(withHeader((text) => text.replace('[3,3,3,24]', '[3,3,3,32]')))).toMatch(/another version/);
    expect(faultOf(withHeader(() => 'no JSON'))).toMatch(/header/);
    expect(faultOf(withHeader((text) => text))).toBe('none');
  });

  it('is the one that ships', async () => {
    const shipped = await readFile(new URL('../../../../client-sdk/weights/face-supernet.v1.bin', import.meta.url));
    const read = decodeSupernet(shipped);
    expect([read.steps, supernetId(read)]).toEqual([16556, 'daf95a3f8be90a0a']);
  });

  it('is not written of weights that diverged', () => {
    const shared = Float32Array.from(supernet.shared);
    shared[0] = Number.NaN;
    expect(() => encodeSupernet({ ...supernet, shared })).toThrow(/stem.*not finite/);
  });
});
