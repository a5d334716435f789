/** Pictures that pass together through a network of some input size: fewer where each has so many pixels that normalisation is as sure by few of them. */
export function batchOf(inputSize: number): number {
  return inputSize > 192 ? 4 : 8;
}
