import { NEWEST_FIRST, TrialsService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import { NEWEST } from '../graphql/sort.type.js';
import { TrialFilterInput, TrialSortInput, TrialTotalsType } from './trial-list.types.js';
import { ReportTrialInput, ReportTrialResult, TrialConnection, TrialResult } from './trials.types.js';

@Resolver()
export class TrialsResolver {
  constructor(private readonly service: TrialsService) {}

  @Query(() => TrialResult)
  trial(@Caller() caller: RequestContext, @Args('id', { type: () => ID }) id: string) {
    return outcome('Trial', () => this.service.get(caller, id));
  }

  @Query(() => TrialConnection, { description: "The caller's own; for operators all." })
  trials(
    @Caller() caller: RequestContext,
    @Args() page: PageArgs,
    @Args('taskId', { type: () => ID, nullable: true }) taskId: string | null = null,
    @Args('filter', { type: () => TrialFilterInput, nullable: true }) filter: TrialFilterInput | null = null,
    @Args('sort', { type: () => TrialSortInput, nullable: true, description: NEWEST })
    sort: TrialSortInput | null = null,
  ) {
    const ofTask = taskId === null ? {} : { taskId };
    return this.service.list(caller, { ...filter, ...ofTask }, sort ?? NEWEST_FIRST, page);
  }

  @Query(() => TrialTotalsType, { description: "Of the caller's own; for operators of all." })
  trialTotals(
    @Caller() caller: RequestContext,
    @Args('filter', { type: () => TrialFilterInput, nullable: true }) filter: TrialFilterInput | null = null,
  ) {
    return this.service.totals(caller, filter ?? {});
  }

  @Mutation(() => ReportTrialResult)
  reportTrial(@Caller() caller: RequestContext, @Args('input') input: ReportTrialInput) {
    return outcome('Trial', () => this.service.report(caller, input));
  }
}
