const LARGEST = 65504;

/**
 * IEEE 754 binary16 bits of numbers, rounded to nearest, ties to even.
 *
 * @throws RangeError where a magnitude is above 65504.
 */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const exponent = (word >>> 23) & 0xff;
    const fraction = word & 0x7fffff;
    // Below 2^-14 halves are multiples of 2^-24: the leading one joins the fraction, which is shifted further.
    const [magnitude, shift] =
      exponent >= 113 ? [((exponent - 112) << 23) | fraction, 13] : [fraction | 0x800000, Math.min(126 - exponent, 31)];
    const floor = magnitude >>> shift;
    const rest = magnitude - floor * 2 ** shift;
    const middle = 2 ** (shift - 1);
    const rounded = floor + (rest > middle || (rest === middle && floor % 2 === 1) ? 1 : 0);
    if (rounded > 0x7bff) {
      throw new RangeError(`float16 holds magnitudes up to ${LARGEST}`);
    }
    return sign | rounded;
  });
}

/** Numbers of IEEE 754 binary16 bits. */
export function fromHalf(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (word) => {
    const sign = word & 0x8000 ? -1 : 1;
    const exponent = (word >>> 10) & 0x1f;
    const fraction = word & 0x3ff;
    if (exponent === 0x1f) {
      return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    }
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
}
