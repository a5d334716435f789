import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostType } from '../graphql/cost.type.js';
import { DifferenceType } from '../graphql/difference.type.js';
import { JsonScalar } from '../graphql/json.scalar.js';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

export const TrialState = { COMPLETED: 'completed', FAILED: 'failed' } as const;
export type TrialState = (typeof TrialState)[keyof typeof TrialState];
registerEnumType(TrialState, { name: 'TrialState' });

@ObjectType('CurvePoint', { description: 'Held-out average precision at IoU 0.5 after so many optimiser steps.' })
export class CurvePointType {
  @Field(() => Int)
  step!: number;

  @Field(() => Float)
  score!: number;
}

@InputType()
export class CurvePointInput {
  @Field(() => Int)
  step!: number;

  @Field(() => Float, { description: '0 to 1.' })
  score!: number;
}

@ObjectType('Trial', { description: 'One configuration trained on a task.' })
export class TrialType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  organisationId!: string;

  @Field(() => ID)
  taskId!: string;

  @Field()
  taskName!: string;

  @Field(() => ID, { nullable: true })
  recommendationId!: string | null;

  @Field({ description: "The client's own name for the report." })
  reportId!: string;

  @Field(() => JsonScalar)
  configuration!: unknown;

  @Field()
  configurationId!: string;

  @Field(() => [DifferenceType], { description: 'What sets the configuration apart from the default.' })
  difference!: readonly DifferenceType[];

  @Field(() => TrialState)
  state!: TrialState;

  @Field(() => Float, { nullable: true, description: 'Average precision at IoU 0.5; null when the training failed.' })
  score!: number | null;

  @Field(() => Float)
  seconds!: number;

  @Field(() => Int, { nullable: true })
  steps!: number | null;

  @Field(() => [CurvePointType], { description: 'The learning curve; empty where the client told none.' })
  curve!: CurvePointType[];

  @Field()
  backend!: string;

  @Field(() => CostType)
  cost!: CostType;

  @Field(() => Int, { nullable: true, description: 'The first model version trained with it.' })
  countedIn!: number | null;

  @Field()
  createdAt!: Date;
}

@InputType()
export class ReportTrialInput {
  @Field(() => ID)
  taskId!: string;

  @Field({ description: "The client's own name for the report: sending the same again returns the first trial." })
  reportId!: string;

  @Field(() => ID, { nullable: true })
  recommendationId?: string | null;

  @Field(() => JsonScalar)
  configuration!: unknown;

  @Field(() => Float, { nullable: true, description: '0 to 1; null when the training failed.' })
  score?: number | null;

  @Field(() => Float)
  seconds!: number;

  @Field(() => Int, { nullable: true })
  steps?: number | null;

  @Field(() => [CurvePointInput], {
    nullable: true,
    description: 'The learning curve by rising step, at most 1,000 points.',
  })
  curve?: CurvePointInput[] | null;

  @Field(() => String, { nullable: true })
  backend?: string | null;
}

export const TrialConnection = connectionOf('TrialConnection', () => TrialType);
export const TrialResult = resultOf('TrialResult', () => TrialType);
export const ReportTrialResult = resultOf('ReportTrialResult', () => TrialType);
