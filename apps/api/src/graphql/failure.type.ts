import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';

export const FailureCode = {
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  INVALID_INPUT: 'INVALID_INPUT',
  CONFLICT: 'CONFLICT',
  UNKNOWN_EXTRACTOR: 'UNKNOWN_EXTRACTOR',
  STALE_EXTRACTOR: 'STALE_EXTRACTOR',
  TOO_LARGE: 'TOO_LARGE',
  TOO_MANY_ATTEMPTS: 'TOO_MANY_ATTEMPTS',
} as const;
export type FailureCode = keyof typeof FailureCode;
registerEnumType(FailureCode, { name: 'FailureCode', description: 'What the caller can do something about.' });

@ObjectType('Failure', { description: 'An expected failure: the message says what is wrong and what to do.' })
export class FailureType {
  @Field(() => FailureCode)
  code!: FailureCode;

  @Field()
  message!: string;

  @Field(() => String, { nullable: true, description: 'The input field at fault.' })
  field!: string | null;
}
