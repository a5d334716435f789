import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CostType } from '../graphql/cost.type.js';
import { JsonScalar } from '../graphql/json.scalar.js';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

const RecommendationReason = {
  COLD_PORTFOLIO: 'cold-portfolio',
  NEAREST_TASKS: 'nearest-tasks',
  RANKER: 'ranker',
} as const;
type RecommendationReason = (typeof RecommendationReason)[keyof typeof RecommendationReason];
registerEnumType(RecommendationReason, {
  name: 'RecommendationReason',
  description: 'What did well everywhere, what did well on similar tasks, or the learned ranker.',
});

@ObjectType('RecommendedConfiguration')
export class RecommendedConfigurationType {
  @Field(() => Int, { description: '1 is tried first.' })
  rank!: number;

  @Field(() => Float, { description: "In standard deviations of a task's trials; not an average precision." })
  score!: number;

  @Field(() => Float, { description: 'Standard error of the score.' })
  spread!: number;

  @Field(() => JsonScalar)
  configuration!: unknown;

  @Field()
  configurationId!: string;

  @Field(() => CostType)
  cost!: CostType;

  @Field(() => RecommendationReason)
  reason!: RecommendationReason;
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

@ObjectType('Recommendation', { description: 'Ranked configurations for a task.' })
export class RecommendationType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  taskId!: string;

  @Field(() => Int)
  modelVersion!: number;

  @Field(() => [RecommendedConfigurationType])
  items!: RecommendedConfigurationType[];

  @Field(() => [NeighbourType])
  neighbours!: NeighbourType[];

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
