import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

const TrainingState = {
  RUNNING: 'running',
  PROMOTED: 'promoted',
  REJECTED: 'rejected',
  SKIPPED: 'skipped',
  FAILED: 'failed',
  ABANDONED: 'abandoned',
} as const;
type TrainingState = (typeof TrainingState)[keyof typeof TrainingState];
registerEnumType(TrainingState, { name: 'TrainingState' });

@ObjectType('TrainingRun')
export class TrainingRunType {
  @Field(() => ID)
  id!: string;

  @Field(() => TrainingState)
  state!: TrainingState;

  @Field()
  phase!: string;

  @Field(() => Float, { description: '0 to 1.' })
  progress!: number;

  @Field(() => Int, { nullable: true, description: 'The version that came out, promoted or rejected.' })
  modelVersion!: number | null;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => Int)
  trialCount!: number;

  @Field()
  startedAt!: Date;

  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'Of a running one, as if the rest went as fast as what is done.' })
  secondsLeft!: number | null;
}

@ObjectType('TrainingStatus', {
  description: 'A client that reported waits until nothing is pending and nothing runs.',
})
export class TrainingStatusType {
  @Field(() => Int, { description: 'Reports and wishes that no training has answered yet.' })
  pending!: number;

  @Field()
  running!: boolean;

  @Field(() => Int)
  currentModel!: number;

  @Field(() => TrainingRunType, { nullable: true })
  lastRun!: TrainingRunType | null;
}

export const TrainingRunConnection = connectionOf('TrainingRunConnection', () => TrainingRunType);
export const RetrainResult = resultOf('RetrainResult', () => TrainingStatusType);
