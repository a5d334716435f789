import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostType } from '../graphql/cost.type.js';
import { DifferenceType } from '../graphql/difference.type.js';
import { JsonScalar } from '../graphql/json.scalar.js';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

export const RecommendationReason = {
  COLD_PORTFOLIO: 'cold-portfolio',
  NEAREST_TASKS: 'nearest-tasks',
  RANKER: 'ranker',
} as const;
export type RecommendationReason = (typeof RecommendationReason)[keyof typeof RecommendationReason];
registerEnumType(RecommendationReason, {
  name: 'RecommendationReason',
  description: 'What did well everywhere, what did well on similar tasks, or the learned ranker.',
});

@ObjectType('Driver', { description: "What one dimension's value does for a configuration's score." })
export class DriverType {
  @Field()
  dimension!: string;

  @Field(() => JsonScalar)
  value!: unknown;

  @Field(() => JsonScalar, { description: 'The value that it is compared with.' })
  instead!: unknown;

  @Field(() => Float, {
    nullable: true,
    description: 'Score less the score with the other value; null where the search space allows no such configuration.',
  })
  gain!: number | null;
}

@ObjectType('Explanation', { description: 'Why a configuration stands where it stands. The largest gains come first.' })
export class ExplanationType {
  @Field(() => Float, { description: 'In doubt of the score because the configuration is unlike those tried.' })
  caution!: number;

  @Field(() => [DriverType], { description: 'Each dimension that differs from the default, set back to it alone.' })
  againstDefault!: DriverType[];

  @Field(() => [DriverType], {
    description: 'Each dimension that differs from the next in rank, set to the value there.',
  })
  againstNext!: DriverType[];
}

@ObjectType('ExpectedRegret', {
  description:
    'Average precision that first choices fell short of the best by, among what was tried on tasks that the model had not seen.',
})
export class ExpectedRegretType {
  @Field(() => Float)
  first!: number;

  @Field(() => Float, { description: 'Standard error over the tasks.' })
  firstError!: number;

  @Field(() => Float)
  bestOfThree!: number;

  @Field(() => Float)
  bestOfThreeError!: number;

  @Field(() => Int)
  tasks!: number;
}

@ObjectType('RankInterval', {
  description: 'The ranks that scores and their standard errors leave open, with 95 % confidence for each pair.',
})
export class RankIntervalType {
  @Field(() => Int)
  low!: number;

  @Field(() => Int)
  high!: number;
}

@ObjectType('TriedConfiguration', { description: 'A trial that was made of a recommended configuration.' })
export class TriedConfigurationType {
  @Field(() => ID)
  id!: string;

  @Field(() => Float, { nullable: true, description: 'Null when the training failed.' })
  score!: number | null;
}

@ObjectType('RecommendedConfiguration')
export class RecommendedConfigurationType {
  @Field(() => Int, { description: '1 is tried first.' })
  rank!: number;

  @Field(() => RankIntervalType)
  rankInterval!: RankIntervalType;

  @Field(() => Float, { description: "In standard deviations of a task's trials; not an average precision." })
  score!: number;

  @Field(() => Float, { description: 'Standard error of the score.' })
  spread!: number;

  @Field(() => JsonScalar)
  configuration!: unknown;

  @Field()
  configurationId!: string;

  @Field(() => [DifferenceType], { description: 'What sets the configuration apart from the default.' })
  difference!: readonly DifferenceType[];

  @Field(() => CostType)
  cost!: CostType;

  @Field(() => RecommendationReason)
  reason!: RecommendationReason;

  @Field(() => ExplanationType, { nullable: true, description: 'Null in answers of old.' })
  explanation!: ExplanationType | null;

  @Field(() => [TriedConfigurationType])
  trials!: readonly TriedConfigurationType[];
}

@ObjectType('Neighbour', { description: "A past task like this one; named only where it is open or the caller's own." })
export class NeighbourType {
  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => Float)
  distance!: number;

  @Field(() => Float, { nullable: true })
  bestScore!: number | null;
}

@ObjectType('Limits', { description: 'Upper bounds on the detector that were asked for; null does not bind.' })
export class LimitsType {
  @Field(() => Float, { nullable: true })
  maxMacs?: number | null;

  @Field(() => Float, { nullable: true })
  maxBytes?: number | null;
}

@ObjectType('Recommendation', { description: 'Ranked configurations for a task.' })
export class RecommendationType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  organisationId!: string;

  @Field(() => ID)
  taskId!: string;

  @Field()
  taskName!: string;

  @Field(() => Int)
  modelVersion!: number;

  @Field(() => LimitsType)
  limits!: LimitsType;

  @Field(() => [RecommendedConfigurationType])
  items!: RecommendedConfigurationType[];

  @Field(() => [NeighbourType])
  neighbours!: NeighbourType[];

  @Field(() => ExpectedRegretType, { nullable: true, description: 'Null where the model has no evidence yet.' })
  expectedRegret!: ExpectedRegretType | null;

  @Field(() => Int, { description: 'Trials that came of it.' })
  trialCount!: number;

  @Field(() => Float, { nullable: true, description: 'Of the trials that came of it.' })
  bestScore!: number | null;

  @Field()
  createdAt!: Date;
}

@InputType({ description: 'Upper bounds on the detector; one left out does not bind.' })
export class LimitsInput {
  @Field(() => Float, { nullable: true })
  maxMacs?: number | null;

  @Field(() => Float, { nullable: true })
  maxBytes?: number | null;
}

@InputType()
export class RecommendInput {
  @Field(() => ID)
  taskId!: string;

  @Field(() => Int, { nullable: true, description: '1 to 50; 5 where left out.' })
  count?: number | null;

  @Field(() => LimitsInput, { nullable: true })
  limits?: LimitsInput | null;

  @Field(() => String, { nullable: true, description: 'Asking again under the same key returns the first answer.' })
  clientKey?: string | null;
}

export const RecommendationConnection = connectionOf('RecommendationConnection', () => RecommendationType);
export const RecommendationResult = resultOf('RecommendationResult', () => RecommendationType);
export const RecommendResult = resultOf('RecommendResult', () => RecommendationType);
