import type { Random } from '@edgelore/tensor';
import type { EncodedItems } from './encoded-items.js';
import type { RankingNetwork } from './ranking-network.js';

/** What one list says, ready for training: rows of the items, the task's scaled description, and slopes of the loss. */
export interface Lesson {
  readonly items: Int32Array;
  readonly task?: Float32Array;
  /**
   * Slopes of the loss on some of the list's items.
   * @param chosen their positions in the list, [n]
   * @param outputs what the network says, [n × outputs]
   * @param slopes dLoss/doutput, written, [n × outputs]
   */
  slopes(chosen: Int32Array, outputs: Float32Array, slopes: Float32Array): void;
}

export interface Schedule {
  readonly epochs: number;
  /** Rate of Adam at the start; it falls to 0 along half a cosine. */
  readonly rate: number;
  /** Items that a step looks at, about: a list is cut into even parts. */
  readonly batch: number;
  /** Share of a weight taken off at a rate of 1. */
  readonly weightDecay: number;
}

/** Items that one step of a schedule may look at. */
export function roomFor(lessons: readonly Lesson[], batch: number): number {
  return Math.max(1, ...lessons.map(({ items }) => Math.ceil(items.length / partsOf(items.length, batch))));
}

function partsOf(length: number, batch: number): number {
  return Math.max(1, Math.floor(length / batch));
}

/** Trains in place: every epoch looks once at every list, part by part, in random order. */
export function trainNetwork(
  network: RankingNetwork,
  encoded: EncodedItems,
  lessons: readonly Lesson[],
  { epochs, rate, batch, weightDecay }: Schedule,
  random: Random,
): void {
  const { outputs } = network.shape;
  const orders = lessons.map(({ items }) => Int32Array.from(items.keys()));
  const parts = lessons.flatMap(({ items }, lesson) =>
    Array.from({ length: partsOf(items.length, batch) }, (_, part) => ({ lesson, part })),
  );
  const steps = epochs * parts.length;
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (const order of orders) {
      shuffle(order, random);
    }
    for (const { lesson, part } of parts.length > 1 ? random.shuffle(parts) : parts) {
      const { items, task, slopes } = lessons[lesson]!;
      const count = partsOf(items.length, batch);
      const chosen = orders[lesson]!.subarray(
        Math.floor((part * items.length) / count),
        Math.floor(((part + 1) * items.length) / count),
      );
      network.load(encoded.batch(chosen.map((at) => items[at]!)));
      const said = network.forward(task).subarray(0, chosen.length * outputs);
      const wanted = network.slopes;
      wanted.fill(0, chosen.length * outputs);
      slopes(chosen, said, wanted.subarray(0, chosen.length * outputs));
      network.backward();
      network.step((rate / 2) * (1 + Math.cos((Math.PI * step) / steps)), weightDecay);
      step += 1;
    }
  }
}

/** Fisher and Yates, in place. */
function shuffle(values: Int32Array, random: Random): void {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = random.integer(last + 1);
    const held = values[last]!;
    values[last] = values[other]!;
    values[other] = held;
  }
}
