/** Where noise comes from: numbers of the standard normal distribution. A seeded generator of `@edgelore/tensor` is one, for attacks and specs. */
export interface NormalSource {
  normal(): number;
}

const BYTES = 8;
const TWO_53 = 2 ** 53;

/**
 * Standard normal numbers from bytes that nobody can foretell: what leaves a machine takes no other noise. Box and Muller's transform of 53-bit
 * numbers, so that no value is beyond 8.6 deviations; the mass it leaves out is below 1e-17.
 *
 * @param randomBytes a cryptographic source, such as `randomBytes` of `node:crypto`
 *
 * @example
 * ```ts
 * const zeros = secureNormal((count) => new Uint8Array(count));
 * zeros.normal().toFixed(1); // => '8.6'
 * ```
 */
export function secureNormal(randomBytes: (count: number) => Uint8Array): NormalSource {
  /** In (0, 1], a multiple of 2^-53. */
  const uniform = (): number => {
    const bytes = randomBytes(BYTES);
    const bits = new DataView(bytes.buffer, bytes.byteOffset, BYTES).getBigUint64(0, true) >> 11n;
    return (Number(bits) + 1) / TWO_53;
  };
  return { normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) };
}
