import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { JsonScalar } from '../graphql/json.scalar.js';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

const RoundState = {
  KEYS: 'keys',
  SHARES: 'shares',
  INPUT: 'input',
  UNMASK: 'unmask',
  SUMMED: 'summed',
  PROMOTED: 'promoted',
  REJECTED: 'rejected',
  ABORTED: 'aborted',
} as const;
type RoundState = (typeof RoundState)[keyof typeof RoundState];
registerEnumType(RoundState, {
  name: 'RoundState',
  description: 'The step that runs; then whether the extractor that the sum makes was promoted.',
});

@ObjectType('Round', {
  description:
    'Several owners train the extractor together; of what each contributes the platform sees nothing but the sum.',
})
export class RoundType {
  @Field(() => ID)
  id!: string;

  @Field(() => RoundState)
  state!: RoundState;

  @Field(() => Int, { description: 'The model version whose extractor is trained.' })
  parent!: number;

  @Field(() => Int)
  seats!: number;

  @Field(() => Int, { description: 'Owners without whom there is no sum.' })
  threshold!: number;

  @Field(() => Float, { description: "Greatest norm of one owner's contribution." })
  clip!: number;

  @Field(() => Int, { description: 'Steps that each owner trains.' })
  steps!: number;

  @Field(() => Int, { description: 'Owners who joined.' })
  joined!: number;

  @Field(() => Int, { nullable: true, description: 'Owners whose contributions are in the sum.' })
  contributors!: number | null;

  @Field(() => Int, { nullable: true, description: "The caller's seat, if it has one." })
  seat!: number | null;

  @Field(() => Date, { nullable: true, description: 'When those who have not taken the step that runs are given up.' })
  deadlineAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'The version that came out, promoted or rejected.' })
  modelVersion!: number | null;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field()
  createdAt!: Date;

  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;
}

@ObjectType('JoinedRound', { description: 'What a client needs to take part.' })
export class JoinedRoundType {
  @Field(() => RoundType)
  round!: RoundType;

  @Field(() => Int)
  seat!: number;

  @Field(() => JsonScalar, { description: 'What all parties agree on: round, seats, threshold, length, bound.' })
  plan!: unknown;

  @Field(() => JsonScalar)
  extractor!: unknown;

  @Field(() => JsonScalar, { description: 'What to train against: a score function, and means of open tasks.' })
  lesson!: unknown;

  @Field(() => JsonScalar, { description: "The task's own trials: configuration and score." })
  trials!: unknown;
}

@ObjectType('RoundAnswer')
export class RoundAnswerType {
  @Field(() => JsonScalar, {
    nullable: true,
    description: "What follows from the last step that is over, for the caller's client; null before the first.",
  })
  answer!: unknown;
}

@InputType()
export class OpenRoundInput {
  @Field(() => Int, { description: 'Owners that may take part, 3 to 64.' })
  seats!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'More than half of the seats; two thirds and one where none is given.',
  })
  threshold?: number | null;

  @Field(() => Float, { nullable: true, description: "Greatest norm of one owner's contribution." })
  clip?: number | null;

  @Field(() => Int, { nullable: true, description: 'Steps that each owner trains.' })
  steps?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Time for each step of the round; five minutes where none is given.',
  })
  stepSeconds?: number | null;
}

@InputType()
export class JoinRoundInput {
  @Field(() => ID)
  roundId!: string;

  @Field(() => ID, { description: 'The task whose images the client trains on.' })
  taskId!: string;
}

@InputType()
export class SendRoundMessageInput {
  @Field(() => ID)
  roundId!: string;

  @Field(() => JsonScalar, { description: 'Sending the same again changes nothing.' })
  message!: unknown;
}

export const RoundConnection = connectionOf('RoundConnection', () => RoundType);
export const RoundResult = resultOf('RoundResult', () => RoundType);
export const RoundAnswerResult = resultOf('RoundAnswerResult', () => RoundAnswerType);
export const OpenRoundResult = resultOf('OpenRoundResult', () => RoundType);
export const JoinRoundResult = resultOf('JoinRoundResult', () => JoinedRoundType);
export const SendRoundMessageResult = resultOf('SendRoundMessageResult', () => RoundType);
