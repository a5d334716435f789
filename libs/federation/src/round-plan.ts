import { FederationError } from './federation.error.js';

/** Clients of one round at most; up to here sums are exact to 1e-6 of the bound. */
export const MOST_SEATS = 64;

/** A sum of fewer contributions would say too much about each. */
export const LEAST_THRESHOLD = 3;

const LONGEST_VECTOR = 2 ** 20;
const LONGEST_NAME = 64;

/** What all parties agree on before a round. */
export interface RoundPlan {
  /** Names the round; every key and message is bound to it. */
  readonly round: string;
  /** Clients that may take part, at seats 1 to `seats`. */
  readonly seats: number;
  /** Clients that must stay to the end; more than half of the seats, so that a server cannot ask two halves for different things. */
  readonly threshold: number;
  /** Numbers in a contribution. */
  readonly length: number;
  /** Greatest absolute value of a number in a contribution. */
  readonly bound: number;
}

/** Two thirds and one: tolerates the loss of nearly a third of the clients, as Bonawitz et al. (CCS 2017) advise. */
export function usualThreshold(seats: number): number {
  return Math.max(LEAST_THRESHOLD, Math.floor((2 * seats) / 3) + 1);
}

/**
 * Checks a plan.
 * @throws FederationError INVALID_PLAN naming the field at fault.
 *
 * @example
 * ```ts
 * checkPlan({ round: 'r1', seats: 10, threshold: usualThreshold(10), length: 3, bound: 1 }).threshold; // => 7
 * ```
 */
export function checkPlan(plan: RoundPlan): RoundPlan {
  const { round, seats, threshold, length, bound } = plan;
  if (round === '' || round.length > LONGEST_NAME) refuse('round', `be 1 to ${LONGEST_NAME} characters`);
  wholeNumber('seats', seats, LEAST_THRESHOLD, MOST_SEATS);
  wholeNumber('threshold', threshold, Math.max(LEAST_THRESHOLD, Math.floor(seats / 2) + 1), seats);
  wholeNumber('length', length, 1, LONGEST_VECTOR);
  if (!(bound > 0) || !Number.isFinite(bound)) refuse('bound', 'be a positive number');
  return plan;
}

function wholeNumber(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    refuse(field, `be a whole number from ${least} to ${most}, not ${value}`);
  }
}

function refuse(field: string, problem: string): never {
  throw new FederationError('INVALID_PLAN', `plan.${field}`, `${field} of a round must ${problem}.`);
}
