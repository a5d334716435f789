import { FederationError } from './federation.error.js';
import { ORDER, randomScalar } from './scalar.js';

/** One point of the polynomial: `value` at the seat's number. */
export interface Share {
  readonly seat: number;
  readonly value: bigint;
}

/**
 * Shares a secret among seats so that any `threshold` of them determine it and fewer say nothing about it: the points of a random polynomial of degree
 * threshold - 1 whose value at 0 is the secret. After Shamir, How to share a secret (1979), over the field of the order of P-256.
 *
 * @example
 * ```ts
 * const shares = splitSecret(42n, 2, [1, 2, 3]);
 * combineShares(shares.slice(1), 2); // => 42n
 * ```
 */
export function splitSecret(secret: bigint, threshold: number, seats: readonly number[]): Share[] {
  const coefficients = [secret, ...Array.from({ length: threshold - 1 }, randomScalar)];
  return seats.map((seat) => ({
    seat,
    value: coefficients.reduceRight((sum, coefficient) => modulo(sum * BigInt(seat) + coefficient), 0n),
  }));
}

/**
 * The secret behind the first `threshold` of the shares, by Lagrange interpolation at 0. Shares that do not belong together give another number, so
 * callers compare the result with what they know of the secret.
 * @throws FederationError BELOW_THRESHOLD for fewer shares, TAMPERED for two of one seat.
 */
export function combineShares(shares: readonly Share[], threshold: number): bigint {
  if (shares.length < threshold) {
    throw new FederationError(
      'BELOW_THRESHOLD',
      'shares',
      `${shares.length} shares of a secret are there; ${threshold} are needed.`,
    );
  }
  const used = shares.slice(0, threshold);
  if (new Set(used.map(({ seat }) => seat)).size < threshold) {
    throw new FederationError('TAMPERED', 'shares', 'Two shares of one secret come from the same seat.');
  }
  return used.reduce((sum, { seat, value }) => {
    let above = 1n;
    let below = 1n;
    for (const other of used) {
      if (other.seat === seat) continue;
      above = modulo(above * BigInt(other.seat));
      below = modulo(below * BigInt(other.seat - seat));
    }
    return modulo(sum + value * above * inverse(below));
  }, 0n);
}

function modulo(value: bigint): bigint {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/** By the extended Euclidean algorithm; the order is a prime. */
function inverse(value: bigint): bigint {
  let [rest, next] = [ORDER, value];
  let [coefficient, nextCoefficient] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [coefficient, nextCoefficient] = [nextCoefficient, coefficient - quotient * nextCoefficient];
  }
  return modulo(coefficient);
}
