import { fromBase64, toBase64 } from './base64.js';
import { FederationError } from './federation.error.js';
import { bytesToScalar, scalarToBytes } from './scalar.js';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;

type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** Bytes of a public key: an uncompressed point of P-256. */
export const PUBLIC_KEY_BYTES = 65;

/** A key pair for one round; the secret never leaves but in shares. */
export interface KeyPair {
  readonly privateKey: CryptoKey;
  /** Base64. */
  readonly publicKey: string;
}

/** A fresh key pair on P-256. */
export async function generateKeyPair(): Promise<KeyPair> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  return { privateKey, publicKey: toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))) };
}

/** The private number of a key pair, to be shared. */
export async function secretOf({ privateKey }: KeyPair): Promise<bigint> {
  const { d } = await crypto.subtle.exportKey('jwk', privateKey);
  return bytesToScalar(fromBase64(padded(d!)));
}

/**
 * The private key of a number that was put together from shares.
 * @throws FederationError TAMPERED when it does not belong to the public key.
 */
export async function restorePrivateKey(secret: bigint, publicKey: string, field: string): Promise<CryptoKey> {
  const point = fromBase64(publicKey);
  const coordinate = (from: number) => toBase64Url(point.slice(from, from + 32));
  const key = {
    kty: 'EC',
    crv: CURVE.namedCurve,
    x: coordinate(1),
    y: coordinate(33),
    d: toBase64Url(scalarToBytes(secret)),
  };
  try {
    const restored = await crypto.subtle.importKey('jwk', key, CURVE, false, ['deriveBits']);
    await checkPair(restored, publicKey);
    return restored;
  } catch {
    throw new FederationError(
      'TAMPERED',
      field,
      `The shares of ${field} do not give the private key of its public key; one of them is false.`,
    );
  }
}

/**
 * 32 bytes that only the two owners of the keys can compute: HKDF-SHA-256 over the ECDH secret, bound to `purpose`.
 * @throws FederationError INVALID_MESSAGE when the public key is not a point of the curve.
 */
export async function agree(
  privateKey: CryptoKey,
  publicKey: string,
  purpose: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const secret = await sharedSecret(privateKey, publicKey);
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const derivation = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: new TextEncoder().encode(`edgelore/federation/1/${purpose}`),
  };
  return new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 256));
}

async function sharedSecret(privateKey: CryptoKey, publicKey: string): Promise<ArrayBuffer> {
  let other: CryptoKey;
  try {
    other = await crypto.subtle.importKey('raw', fromBase64(publicKey), CURVE, false, []);
  } catch {
    throw new FederationError('INVALID_MESSAGE', 'publicKey', 'A public key is not a point of P-256.');
  }
  return crypto.subtle.deriveBits({ name: 'ECDH', public: other }, privateKey, 256);
}

// Implementations need not compare the parts of an imported key, but both ways to one secret must meet.
async function checkPair(privateKey: CryptoKey, publicKey: string): Promise<void> {
  const probe = await generateKeyPair();
  const [one, other] = await Promise.all([
    sharedSecret(privateKey, probe.publicKey),
    sharedSecret(probe.privateKey, publicKey),
  ]);
  if (bytesToScalar(new Uint8Array(one)) !== bytesToScalar(new Uint8Array(other))) throw new Error('another key');
}

function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function padded(base64Url: string): string {
  const text = base64Url.replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(4 * Math.ceil(text.length / 4), '=');
}
