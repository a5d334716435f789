import { TrialsService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import { ReportTrialInput, ReportTrialResult, TrialConnection } from './trials.types.js';

@Resolver()
export class TrialsResolver {
  constructor(private readonly service: TrialsService) {}

  @Query(() => TrialConnection, { description: "The caller's own; for operators all." })
  trials(
    @Caller() caller: RequestContext,
    @Args() page: PageArgs,
    @Args('taskId', { type: () => ID, nullable: true }) taskId: string | null = null,
  ) {
    return this.service.list(caller, taskId, page);
  }

  @Mutation(() => ReportTrialResult)
  reportTrial(@Caller() caller: RequestContext, @Args('input') input: ReportTrialInput) {
    return outcome('Trial', () => this.service.report(caller, input));
  }
}
