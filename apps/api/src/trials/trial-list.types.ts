import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { SortDirection } from '../graphql/sort.type.js';
import { TrialState } from './trials.types.js';

const TrialOrder = { CREATED: 'created', SCORE: 'score', SECONDS: 'seconds', MACS: 'macs', BYTES: 'bytes' } as const;
type TrialOrder = (typeof TrialOrder)[keyof typeof TrialOrder];
registerEnumType(TrialOrder, { name: 'TrialOrder' });

@InputType('DimensionFilter', { description: 'Configurations that have one of these values.' })
export class DimensionFilterInput {
  @Field()
  name!: string;

  @Field(() => [String], { description: 'As texts: `0.003`, `fpn`.' })
  values!: string[];
}

@InputType('TrialFilter', { description: 'What is left out does not bind.' })
export class TrialFilterInput {
  @Field(() => ID, { nullable: true })
  taskId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'At most 100.' })
  ids?: string[] | null;

  @Field(() => ID, { nullable: true })
  organisationId?: string | null;

  @Field(() => ID, { nullable: true })
  recommendationId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Made from a recommendation.' })
  recommended?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'The one that recommended the configuration.' })
  modelVersion?: number | null;

  @Field(() => String, { nullable: true })
  configurationId?: string | null;

  @Field(() => [DimensionFilterInput], { nullable: true })
  dimensions?: DimensionFilterInput[] | null;

  @Field(() => TrialState, { nullable: true })
  state?: TrialState | null;

  @Field(() => String, { nullable: true })
  backend?: string | null;

  @Field(() => Float, { nullable: true })
  minScore?: number | null;

  @Field(() => Float, { nullable: true })
  maxScore?: number | null;

  @Field(() => Float, { nullable: true })
  maxSeconds?: number | null;

  @Field(() => Float, { nullable: true })
  maxMacs?: number | null;

  @Field(() => Float, { nullable: true })
  maxBytes?: number | null;

  @Field(() => Date, { nullable: true })
  since?: Date | null;

  @Field(() => Date, { nullable: true, description: 'This instant is not in it.' })
  until?: Date | null;
}

@InputType('TrialSort', { description: 'A failed training stands below one that reached 0.' })
export class TrialSortInput {
  @Field(() => TrialOrder)
  field!: TrialOrder;

  @Field(() => SortDirection)
  direction!: SortDirection;
}

@ObjectType('TrialTotals')
export class TrialTotalsType {
  @Field(() => Int)
  count!: number;

  @Field(() => Int)
  completed!: number;

  @Field(() => Int)
  failed!: number;

  @Field(() => Float, { nullable: true })
  bestScore!: number | null;

  @Field(() => Float, { nullable: true })
  meanScore!: number | null;

  @Field(() => Float, { description: 'Of training.' })
  seconds!: number;

  @Field(() => Int, { description: 'That the trials are of.' })
  tasks!: number;
}
