import { TrialsService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import {
  BestSoFarType,
  CostKind,
  ImportanceType,
  LearningCurveType,
  ParallelCoordinatesType,
  ParetoType,
  PredictedType,
  SliceType,
  TrialChartsResult,
  TrialChartsType,
} from './trial-charts.types.js';

const POINTS = { type: () => Int, defaultValue: 500, description: '2 to 2,000.' } as const;

@Resolver(() => TrialChartsType)
export class TrialChartsResolver {
  constructor(private readonly service: TrialsService) {}

  @Query(() => TrialChartsResult)
  trialCharts(@Caller() caller: RequestContext, @Args('taskId', { type: () => ID }) taskId: string) {
    return outcome('TrialCharts', async () => ({ charts: await this.service.charts(caller, taskId) }));
  }

  @ResolveField(() => Int, { description: 'Completed trials of the task.' })
  of(@Parent() { charts }: TrialChartsType) {
    return charts.of();
  }

  @ResolveField(() => Int, { description: 'The newest of them, that charts of configurations look at: at most 5,000.' })
  counted(@Parent() { charts }: TrialChartsType) {
    return charts.counted();
  }

  @ResolveField(() => BestSoFarType)
  bestSoFar(@Parent() { charts }: TrialChartsType, @Args('points', POINTS) points: number) {
    return charts.bestSoFar(points);
  }

  @ResolveField(() => PredictedType)
  predicted(@Parent() { charts }: TrialChartsType) {
    return charts.predicted();
  }

  @ResolveField(() => [LearningCurveType], { description: 'Of the best ten where none are named.' })
  curves(
    @Parent() { charts }: TrialChartsType,
    @Args('points', { ...POINTS, defaultValue: 100 }) points: number,
    @Args('trialIds', { type: () => [ID], nullable: true, description: 'At most 20.' })
    trialIds: string[] | null = null,
  ) {
    return charts.curves(trialIds, points);
  }

  @ResolveField(() => ParallelCoordinatesType)
  parallel(@Parent() { charts }: TrialChartsType, @Args('points', POINTS) points: number) {
    return charts.parallel(points);
  }

  @ResolveField(() => [SliceType])
  slices(@Parent() { charts }: TrialChartsType) {
    return charts.slices();
  }

  @ResolveField(() => ImportanceType, { nullable: true, description: 'Null for fewer than ten trials.' })
  importance(@Parent() { charts }: TrialChartsType) {
    return charts.importance();
  }

  @ResolveField(() => ParetoType)
  pareto(
    @Parent() { charts }: TrialChartsType,
    @Args('cost', { type: () => CostKind }) cost: CostKind,
    @Args('points', { ...POINTS, description: 'Of those not on the front, 2 to 2,000.' }) points: number,
  ) {
    return charts.pareto(cost, points);
  }
}
