import type { Activation, Pointer } from '@edgelore/kernels';
import type { Attributes, Heap, Inputs } from './heap.js';

/** What a fused kernel does to its sums before it writes them. */
export interface Epilogue {
  readonly bias?: Pointer;
  readonly activation: Activation;
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = { linear: 'none', relu: 'relu', relu6: 'relu6' };

/** The epilogue that is asked for; nothing where ours is no such one. */
export function epilogueOf(
  heap: Heap,
  { bias }: Inputs,
  { activation: name = 'linear' }: Attributes,
  channels: number,
): Epilogue | undefined {
  const activation = ACTIVATIONS[name as string];
  if (activation === undefined || (bias && bias.shape.join() !== String(channels))) return undefined;
  return { activation, ...(bias && { bias: heap.address(bias) }) };
}
