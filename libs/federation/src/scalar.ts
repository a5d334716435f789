/** Order of the group of P-256: a prime of 256 bits, so that a private key and a seed are each one number of its field. */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export const SCALAR_BYTES = 32;

/** A uniform number of the field, from the platform's cryptographic randomness. */
export function randomScalar(): bigint {
  for (;;) {
    const value = bytesToScalar(crypto.getRandomValues(new Uint8Array(SCALAR_BYTES)));
    // Rejecting, one time in 2^32, keeps it uniform.
    if (value < ORDER) return value;
  }
}

/** 32 bytes, most significant first. */
export function scalarToBytes(value: bigint): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    value
      .toString(16)
      .padStart(2 * SCALAR_BYTES, '0')
      .match(/../g)!,
    (pair) => Number.parseInt(pair, 16),
  );
}

export function bytesToScalar(bytes: Uint8Array): bigint {
  return BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}
