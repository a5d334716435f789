import { describe, expect, it } from '@jest/globals';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { TrainingError } from './training.error.js';

const checkpoint: Checkpoint = {
  run: { identity: 'run/1', step: 7, seconds: 1.5, budget: { steps: 20, turns: [] }, curve: [{ step: 5, ap50: 0.25 }] },
  weights: Uint8Array.of(1, 2, 3),
  momentum: Float32Array.of(0.1, -0.2),
  variance: new Float32Array(0),
  averaged: Float32Array.of(Math.PI, 1e-30),
};

describe('checkpoint', () => {
  it('comes back as it was', () => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  it('is refused when any part of its end is missing or its form is another', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const refused = (given: Uint8Array) => {
      try {
        decodeCheckpoint(given);
        return 'read';
      } catch (error) {
        return error instanceof TrainingError ? error.code : 'another error';
      }
    };
    for (let length = 0; length < bytes.length; length++) {
      expect(refused(bytes.subarray(0, length))).toBe('BROKEN_CHECKPOINT');
    }
    expect(refused(new TextEncoder().encode('{"a json file": true, "of some length": [1, 2, 3]}'))).toBe(
      'BROKEN_CHECKPOINT',
    );
    expect(refused(Uint8Array.of(...bytes, 0))).toBe('BROKEN_CHECKPOINT');
  });
});
