import { describe, expect, it } from '@jest/globals';
import { formatDuration, openTerminal } from './terminal.js';

describe('plain progress', () => {
  it('prints one line in five seconds with rate and time left, and one at the end', () => {
    const lines: string[] = [];
    let now = 0;
    const bar = openTerminal({ write: (text: string) => lines.push(text) }, () => now).progress('train', 'steps');
    for (let step = 1; step <= 100; step++) {
      now += 200;
      bar.update(step, 100, 'loss 1.00');
    }
    bar.end('AP50 0.900');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toBe('train: 26/100 steps, 5.0 steps/s, 15 s left, loss 1.00\n');
    expect(lines.at(-1)).toBe('train: 100/100 steps: done in 20 s, AP50 0.900\n');
  });
});

describe('a line', () => {
  it('takes the place of a bar on a terminal, and is plain elsewhere', () => {
    const written: string[] = [];
    const write = (text: string) => written.push(text);
    openTerminal({ write, isTTY: true }).line('hello');
    openTerminal({ write }).line('hello');
    expect(written).toEqual(['\r\u001B[Khello\n', 'hello\n']);
  });
});

describe('formatDuration', () => {
  it('uses the largest two units', () => {
    expect([0, 59.6, 61, 3600 * 5 + 120, Number.NaN].map(formatDuration)).toEqual([
      '0 s',
      '1 min 0 s',
      '1 min 1 s',
      '5 h 2 min',
      'unknown',
    ]);
  });
});
