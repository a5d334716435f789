import { QueuesService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import { JobInput, JobState, QueueCountsType, QueuedJobConnection, QueueInput, QueueResult } from './queues.types.js';

@Resolver()
export class QueuesResolver {
  constructor(private readonly service: QueuesService) {}

  @Query(() => [QueueCountsType], { name: 'jobs', description: 'For operators.' })
  counts(@Caller() caller: RequestContext): Promise<QueueCountsType[]> {
    return this.service.list(caller);
  }

  @Query(() => QueuedJobConnection, { description: 'For operators: the jobs of a queue in one state, newest first.' })
  queueJobs(
    @Caller() caller: RequestContext,
    @Args() page: PageArgs,
    @Args('queue') queue: string,
    @Args('state', { type: () => JobState }) state: JobState,
  ) {
    return this.service.jobs(caller, queue, state, page);
  }

  @Mutation(() => QueueResult, { description: 'For operators.' })
  pauseQueue(@Caller() caller: RequestContext, @Args('input') { queue }: QueueInput) {
    return outcome('QueueCounts', () => this.service.pause(caller, queue));
  }

  @Mutation(() => QueueResult, { description: 'For operators.' })
  resumeQueue(@Caller() caller: RequestContext, @Args('input') { queue }: QueueInput) {
    return outcome('QueueCounts', () => this.service.resume(caller, queue));
  }

  @Mutation(() => QueueResult, { description: 'For operators: sends every failed job again.' })
  redriveQueue(@Caller() caller: RequestContext, @Args('input') { queue }: QueueInput) {
    return outcome('QueueCounts', () => this.service.redrive(caller, queue));
  }

  @Mutation(() => QueueResult, { description: 'For operators: sends a failed job again.' })
  retryJob(@Caller() caller: RequestContext, @Args('input') input: JobInput) {
    return outcome('QueueCounts', () => this.service.retry(caller, input));
  }

  @Mutation(() => QueueResult, {
    description: 'For operators: gives up a job and what it answers; one that runs stops at its next sign of progress.',
  })
  cancelJob(@Caller() caller: RequestContext, @Args('input') input: JobInput) {
    return outcome('QueueCounts', () => this.service.cancel(caller, input));
  }
}
