import {
  type CostKind as CostKindValue,
  type DimensionKind,
  type DimensionType,
  type TaskCharts,
} from '@edgelore/domain';
import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { JsonScalar } from '../graphql/json.scalar.js';
import { resultOf } from '../graphql/outcome.js';
import { CurvePointType } from '../trials/trials.types.js';

export const CostKind = { MACS: 'macs', BYTES: 'bytes' } as const satisfies Record<string, CostKindValue>;
export type CostKind = (typeof CostKind)[keyof typeof CostKind];
registerEnumType(CostKind, { name: 'CostKind' });

@ObjectType('ScoredTrial', { description: 'A completed trial in the order of reports.' })
export class ScoredTrialType {
  @Field(() => Int, { description: '1 is the first trial of the task.' })
  index!: number;

  @Field(() => ID)
  trialId!: string;

  @Field()
  at!: Date;

  @Field(() => Float)
  score!: number;
}

@ObjectType('BestSoFar')
export class BestSoFarType {
  @Field(() => [ScoredTrialType], { description: 'Of many those that keep the looks (LTTB).' })
  points!: readonly ScoredTrialType[];

  @Field(() => [ScoredTrialType], { description: 'Where the best became better.' })
  steps!: readonly ScoredTrialType[];
}

@ObjectType('PredictedTrial', { description: 'Both ranks are among the trials made of the same recommendation.' })
export class PredictedTrialType {
  @Field(() => ID)
  trialId!: string;

  @Field(() => ID)
  recommendationId!: string;

  @Field(() => Int)
  modelVersion!: number;

  @Field(() => Int)
  predictedRank!: number;

  @Field(() => Int)
  measuredRank!: number;

  @Field(() => Int, { description: 'Trials made of the recommendation.' })
  of!: number;

  @Field(() => Float, { description: "In standard deviations of a task's trials." })
  predictedScore!: number;

  @Field(() => Float)
  spread!: number;

  @Field(() => Float)
  score!: number;
}

@ObjectType('Predicted', { description: 'The newest trials that were made of a recommendation, at most 2,000.' })
export class PredictedType {
  @Field(() => [PredictedTrialType])
  points!: readonly PredictedTrialType[];

  @Field(() => Float, {
    nullable: true,
    description: "Mean of Kendall's tau over the recommendations that two trials or more were made of.",
  })
  kendallTau!: number | null;

  @Field(() => Int)
  recommendations!: number;
}

@ObjectType('LearningCurve')
export class LearningCurveType {
  @Field(() => ID)
  trialId!: string;

  @Field(() => Float, { nullable: true })
  score!: number | null;

  @Field(() => [CurvePointType])
  points!: readonly CurvePointType[];
}

@ObjectType('ChartDimension')
export class ChartDimensionType {
  @Field()
  name!: string;

  @Field(() => String, { description: 'architecture or hyperparameter' })
  kind!: DimensionKind;

  @Field(() => String, { description: 'choice, ordinal or log' })
  type!: DimensionType;

  @Field(() => JsonScalar)
  values!: unknown;
}

@ObjectType('ParallelRow')
export class ParallelRowType {
  @Field(() => ID)
  trialId!: string;

  @Field(() => Float)
  score!: number;

  @Field(() => Float)
  macs!: number;

  @Field(() => Float)
  bytes!: number;

  @Field(() => [Int], { description: 'Of each dimension the position of its value.' })
  positions!: readonly number[];
}

@ObjectType('ParallelCoordinates', {
  description: 'By falling score; of many the best half and others at even distances.',
})
export class ParallelCoordinatesType {
  @Field(() => [ChartDimensionType])
  dimensions!: readonly ChartDimensionType[];

  @Field(() => [ParallelRowType])
  rows!: readonly ParallelRowType[];
}

@ObjectType('SliceValue')
export class SliceValueType {
  @Field(() => JsonScalar)
  value!: unknown;

  @Field(() => Int)
  trials!: number;

  @Field(() => Float)
  mean!: number;

  @Field(() => Float)
  least!: number;

  @Field(() => Float)
  lowerQuartile!: number;

  @Field(() => Float)
  median!: number;

  @Field(() => Float)
  upperQuartile!: number;

  @Field(() => Float)
  best!: number;
}

@ObjectType('Slice', { description: 'Scores by the values of one dimension; values without a trial are left out.' })
export class SliceType {
  @Field()
  dimension!: string;

  @Field(() => String, { description: 'architecture or hyperparameter' })
  kind!: DimensionKind;

  @Field(() => [SliceValueType])
  values!: readonly SliceValueType[];
}

@ObjectType('DimensionImportance')
export class DimensionImportanceType {
  @Field()
  dimension!: string;

  @Field(() => Float, { description: 'All together make 1; all are 0 where nothing sets the best trials apart.' })
  share!: number;
}

@ObjectType('Importance', { description: 'PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023).' })
export class ImportanceType {
  @Field(() => Int)
  trials!: number;

  @Field(() => [DimensionImportanceType], { description: 'The most important first.' })
  items!: readonly DimensionImportanceType[];
}

@ObjectType('ParetoPoint')
export class ParetoPointType {
  @Field(() => ID)
  trialId!: string;

  @Field()
  configurationId!: string;

  @Field(() => Float)
  score!: number;

  @Field(() => Float)
  macs!: number;

  @Field(() => Float)
  bytes!: number;
}

@ObjectType('Pareto')
export class ParetoType {
  @Field(() => [ParetoPointType], { description: 'None beats them in score at the same cost or less; by rising cost.' })
  front!: readonly ParetoPointType[];

  @Field(() => [ParetoPointType])
  others!: readonly ParetoPointType[];
}

@ObjectType('TrialCharts', {
  description: 'The trials of one task in the shapes of charts; each is computed when it is asked for.',
})
export class TrialChartsType {
  readonly charts!: TaskCharts;
}

export const TrialChartsResult = resultOf('TrialChartsResult', () => TrialChartsType);
