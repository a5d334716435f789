import { AppError } from '@edgelore/platform';
import type { Type } from '@nestjs/common';
import { createUnionType } from '@nestjs/graphql';
import { FailureCode, FailureType } from './failure.type.js';

type Named<Name extends string, Value> = Value & { readonly __typename: Name };
type Failed = Named<'Failure', FailureType>;

/** The union of an object type and `Failure`; `__typename` tells them apart. */
export function resultOf(name: string, type: () => Type) {
  return createUnionType({
    name,
    types: () => [type(), FailureType] as const,
    resolveType: (value: { __typename: string }) => value.__typename,
  });
}

/** Runs one service call: its value, or the failure that callers are expected to handle. Everything else is thrown on. */
export async function outcome<Name extends string, Value extends object>(
  name: Name,
  call: () => Promise<Value>,
): Promise<Named<Name, Value> | Failed> {
  try {
    return { ...(await call()), __typename: name };
  } catch (error) {
    if (!(error instanceof AppError) || !isFailureCode(error.code)) throw error;
    return { __typename: 'Failure', code: error.code, message: error.message, field: error.field ?? null };
  }
}

function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(FailureCode, code);
}
