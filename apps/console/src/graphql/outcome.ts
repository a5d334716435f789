import type { OperationResult } from 'urql';
import { type Fault, faultOf } from './fault.js';

interface Refusal {
  readonly __typename: 'Failure';
  readonly code: string;
  readonly message: string;
  readonly field?: string | null;
}

type Outcome = Refusal | { readonly __typename: string };

/** Why a mutation did not do what was asked; undefined where it did. */
export function refusalOf<Data>(result: OperationResult<Data>, of: (data: Data) => Outcome): Fault | undefined {
  if (result.error) return faultOf(result.error);
  const outcome = result.data && of(result.data);
  return outcome && isRefusal(outcome) ? outcome : undefined;
}

export function isRefusal<Result extends { readonly __typename: string }>(
  outcome: Result,
): outcome is Extract<Result, { readonly __typename: 'Failure' }> {
  return outcome.__typename === 'Failure';
}
