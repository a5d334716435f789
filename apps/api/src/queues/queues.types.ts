import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

export const JobState = {
  WAITING: 'waiting',
  ACTIVE: 'active',
  DELAYED: 'delayed',
  FAILED: 'failed',
  COMPLETED: 'completed',
} as const;
export type JobState = (typeof JobState)[keyof typeof JobState];
registerEnumType(JobState, { name: 'JobState' });

@ObjectType('QueueCounts', { description: 'One queue: what is in it, and how fast it goes.' })
export class QueueCountsType {
  @Field()
  queue!: string;

  @Field(() => Int)
  waiting!: number;

  @Field(() => Int)
  active!: number;

  @Field(() => Int)
  delayed!: number;

  @Field(() => Int)
  failed!: number;

  @Field(() => Int)
  completed!: number;

  @Field({ description: 'Starts no further job; what runs goes on.' })
  paused!: boolean;

  @Field(() => Int, { description: 'Events whose effect was written within the last hour.' })
  processedLastHour!: number;

  @Field(() => Int, { description: 'Events that were accepted and have no effect yet.' })
  pending!: number;

  @Field(() => Date, { nullable: true })
  oldestPendingAt!: Date | null;
}

@ObjectType('QueuedJob')
export class QueuedJobType {
  @Field(() => ID)
  id!: string;

  @Field()
  queue!: string;

  @Field()
  name!: string;

  @Field(() => JobState)
  state!: JobState;

  @Field(() => ID, { description: 'The event that the job answers.' })
  eventId!: string;

  @Field(() => Int)
  attempts!: number;

  @Field(() => String, { nullable: true })
  phase!: string | null;

  @Field(() => Float, { nullable: true, description: '0 to 1.' })
  progress!: number | null;

  @Field(() => String, { nullable: true })
  failedReason!: string | null;

  @Field()
  createdAt!: Date;

  @Field(() => Date, { nullable: true })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;
}

@InputType()
export class QueueInput {
  @Field()
  queue!: string;
}

@InputType()
export class JobInput {
  @Field()
  queue!: string;

  @Field(() => ID)
  id!: string;
}

export const QueuedJobConnection = connectionOf('QueuedJobConnection', () => QueuedJobType);
export const QueueResult = resultOf('QueueResult', () => QueueCountsType);
