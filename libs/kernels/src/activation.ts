/** What is applied to a sum before it is written. NaN stays NaN. */
export type Activation = 'none' | 'relu' | 'relu6';

/** The kernels' number of an activation; see lowest and highest in assembly/lanes.ts. */
export function activationCode(activation: Activation = 'none'): number {
  return { none: 0, relu: 1, relu6: 2 }[activation];
}
