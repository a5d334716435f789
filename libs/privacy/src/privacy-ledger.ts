import { checkGuarantee, composedMu, epsilonOf, type Guarantee, muOf } from './gaussian-dp.js';
import { PrivacyError } from './privacy.error.js';

/** One release about a dataset. */
export interface PrivacyEntry {
  /** What left, such as "description". */
  readonly what: string;
  /** When, as the caller's clock says it: an ISO date and time. */
  readonly at: string;
  /** Its cost in Gaussian differential privacy; null for a release without noise, which no number bounds. */
  readonly mu: number | null;
}

/** All releases about a dataset, and what they may cost together in its lifetime. Plain data: its JSON is its file form. */
export interface PrivacyLedger {
  readonly cap: Guarantee;
  readonly entries: readonly PrivacyEntry[];
}

export interface PrivacyBalance {
  /** Of the releases with noise, together. */
  readonly mu: number;
  /** The same as epsilon at the cap's delta. */
  readonly epsilon: number;
  /** Releases without noise: for their images no formal guarantee holds, whatever epsilon says. */
  readonly unprotected: number;
  /** The largest cost that one more release may have, as mu and as its own epsilon at the cap's delta. */
  readonly left: { readonly mu: number; readonly epsilon: number };
}

/**
 * What was spent and what is left.
 *
 * @example
 * ```ts
 * const mu = muOf({ epsilon: 1, delta: 1e-5 });
 * const entries = [{ what: 'description', at: '2030-01-01T00:00:00Z', mu }];
 * balanceOf({ cap: { epsilon: 4, delta: 1e-5 }, entries }).left.epsilon.toFixed(2); // => '3.80'
 * ```
 */
export function balanceOf({ cap, entries }: PrivacyLedger): PrivacyBalance {
  const mu = composedMu(entries.map((entry) => entry.mu ?? 0));
  const most = muOf(cap);
  const left = mu < most ? Math.sqrt((most - mu) * (most + mu)) : 0;
  return {
    mu,
    epsilon: epsilonOf(mu, cap.delta),
    unprotected: entries.filter((entry) => entry.mu === null).length,
    left: { mu: left, epsilon: epsilonOf(left, cap.delta) },
  };
}

/**
 * The ledger with one more entry. Aligning a description that left, or sending it again, is no new release and needs no entry.
 * @throws PrivacyError PRIVACY_SPENT when the entry would pass the cap, or has no noise where earlier releases had; INVALID_LEDGER for a bad entry.
 *
 * @example
 * ```ts
 * const empty = { cap: { epsilon: 4, delta: 1e-5 }, entries: [] };
 * charged(empty, { what: 'description', at: '2030-01-01T00:00:00Z', mu: 0.5 }).entries.length; // => 1
 * ```
 */
export function charged(ledger: PrivacyLedger, entry: PrivacyEntry): PrivacyLedger {
  const { cap, entries } = ledger;
  const next = { cap, entries: [...entries, parseEntry(entry, 'entry')] };
  if (entry.mu === null) {
    if (entries.some(({ mu }) => mu !== null)) {
      throw new PrivacyError(
        'PRIVACY_SPENT',
        'mu',
        'Pictures of this dataset left under a privacy guarantee before, and a release without noise would void it; name an epsilon.',
      );
    }
    return next;
  }
  const { epsilon } = balanceOf(next);
  if (epsilon > cap.epsilon * (1 + 1e-9)) {
    const { left } = balanceOf(ledger);
    throw new PrivacyError(
      'PRIVACY_SPENT',
      'mu',
      `This release would bring the dataset to epsilon ${round(epsilon)} at delta ${cap.delta}, past its lifetime cap of ${cap.epsilon}; ${left.epsilon > 0 ? `at most epsilon ${roundDown(left.epsilon)} is left for one release` : 'nothing is left'}.`,
    );
  }
  return next;
}

/**
 * Reads an untrusted ledger.
 * @throws PrivacyError INVALID_LEDGER or INVALID_GUARANTEE, naming the field.
 *
 * @example
 * ```ts
 * parseLedger(JSON.parse('{"cap":{"epsilon":4,"delta":1e-5},"entries":[]}')).entries; // => []
 * ```
 */
export function parseLedger(value: unknown): PrivacyLedger {
  const { cap, entries } = record(value, 'ledger');
  const { epsilon, delta } = record(cap, 'cap');
  if (!Array.isArray(entries)) throw invalid('entries', 'must be a list');
  return {
    cap: checkGuarantee({ epsilon: Number(epsilon), delta: Number(delta) }),
    entries: entries.map((entry: unknown, at) => parseEntry(entry, `entries[${at}]`)),
  };
}

function parseEntry(value: unknown, where: string): PrivacyEntry {
  const { what, at, mu } = record(value, where);
  if (typeof what !== 'string' || what === '') throw invalid(`${where}.what`, 'must say what left');
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) throw invalid(`${where}.at`, 'must be an ISO date');
  if (mu !== null && !(typeof mu === 'number' && mu > 0 && Number.isFinite(mu)))
    throw invalid(`${where}.mu`, 'must be a number above 0, or null for a release without noise');
  return { what, at, mu };
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw invalid(where, 'must be an object');
  return value as Record<string, unknown>;
}

function invalid(field: string, problem: string): PrivacyError {
  return new PrivacyError('INVALID_LEDGER', field, `The privacy ledger cannot be read: ${field} ${problem}.`);
}

const round = (value: number) => Number(value.toPrecision(3));
const roundDown = (value: number) => Math.floor(value * 100) / 100;
