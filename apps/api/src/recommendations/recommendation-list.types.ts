import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { SortDirection } from '../graphql/sort.type.js';
import { RecommendationReason } from './recommendations.types.js';

const RecommendationOrder = { CREATED: 'created', MODEL_VERSION: 'model-version' } as const;
type RecommendationOrder = (typeof RecommendationOrder)[keyof typeof RecommendationOrder];
registerEnumType(RecommendationOrder, { name: 'RecommendationOrder' });

@InputType('RecommendationFilter', { description: 'What is left out does not bind.' })
export class RecommendationFilterInput {
  @Field(() => ID, { nullable: true })
  taskId?: string | null;

  @Field(() => ID, { nullable: true })
  organisationId?: string | null;

  @Field(() => Int, { nullable: true })
  modelVersion?: number | null;

  @Field(() => RecommendationReason, { nullable: true })
  reason?: RecommendationReason | null;

  @Field(() => Boolean, { nullable: true, description: 'With at least one trial.' })
  tried?: boolean | null;

  @Field(() => Date, { nullable: true })
  since?: Date | null;

  @Field(() => Date, { nullable: true, description: 'This instant is not in it.' })
  until?: Date | null;
}

@InputType('RecommendationSort')
export class RecommendationSortInput {
  @Field(() => RecommendationOrder)
  field!: RecommendationOrder;

  @Field(() => SortDirection)
  direction!: SortDirection;
}
