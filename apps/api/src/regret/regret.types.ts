import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../graphql/page.type.js';
import { RecommendationReason } from '../recommendations/recommendations.types.js';

@ObjectType('RealisedRegret', {
  description: 'How a past recommendation turned out, by all that is known of its task by now.',
})
export class RealisedRegretType {
  @Field(() => ID)
  recommendationId!: string;

  @Field(() => ID)
  taskId!: string;

  @Field()
  taskName!: string;

  @Field(() => Int)
  modelVersion!: number;

  @Field(() => RecommendationReason)
  reason!: RecommendationReason;

  @Field(() => Int, { description: 'Completed trials that were made of it.' })
  trials!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Average precision that its first choice fell short of the best known; null where that was not tried.',
  })
  firstRegret!: number | null;

  @Field(() => Float, { description: 'The same of the best that was tried of it.' })
  bestRegret!: number;

  @Field(() => Float)
  bestKnown!: number;

  @Field()
  createdAt!: Date;
}

@ObjectType('VersionRegret', { description: "Realised regret of one model version's recommendations." })
export class VersionRegretType {
  @Field(() => Int)
  modelVersion!: number;

  @Field(() => Int, { description: 'Past tasks that the version had learnt from.' })
  taskCount!: number;

  @Field(() => Int)
  trialCount!: number;

  @Field()
  createdAt!: Date;

  @Field(() => Int, { description: 'Those that at least one trial was made of.' })
  recommendations!: number;

  @Field(() => Int, { description: 'Those whose first choice was tried.' })
  firsts!: number;

  @Field(() => Float, { nullable: true })
  firstRegret!: number | null;

  @Field(() => Float, { nullable: true, description: 'Standard error.' })
  firstError!: number | null;

  @Field(() => Float)
  bestRegret!: number;

  @Field(() => Float, { nullable: true, description: 'Standard error.' })
  bestError!: number | null;

  @Field(() => Float, { nullable: true, description: 'What its own evidence had promised of first choices.' })
  expectedRegret!: number | null;
}

@InputType('RegretFilter', { description: 'What is left out does not bind.' })
export class RegretFilterInput {
  @Field(() => ID, { nullable: true })
  taskId?: string | null;

  @Field(() => Int, { nullable: true })
  modelVersion?: number | null;
}

export const RealisedRegretConnection = connectionOf('RealisedRegretConnection', () => RealisedRegretType);
