import { type LiveEvent as Event, LiveService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, Context, ID, Resolver, Subscription } from '@nestjs/graphql';
import { Caller, type GraphqlContext } from '../access/request.js';
import { LiveEvent, LiveKind } from './live.types.js';

@Resolver()
export class LiveResolver {
  constructor(private readonly service: LiveService) {}

  @Subscription(() => LiveEvent, {
    description:
      'What happens, as it happens; over POST /graphql/stream as server-sent events. One stream carries all.',
    resolve: named,
  })
  live(
    @Caller() caller: RequestContext,
    @Context() { signal }: GraphqlContext,
    @Args('of', { type: () => [LiveKind], nullable: true, description: 'All that the caller may see where left out.' })
    of: LiveKind[] | null = null,
    @Args('taskId', { type: () => ID, nullable: true, description: 'Trials of this task only.' })
    taskId: string | null = null,
  ) {
    return this.service.follow(caller, { of, taskId }, signal);
  }
}

function named(event: Event) {
  switch (event.kind) {
    case 'training':
      return { __typename: 'TrainingStatus', ...event.status };
    case 'models':
      return { __typename: 'ModelVersion', ...event.version };
    case 'trials':
      return { __typename: 'Trial', ...event.trial };
    case 'queues':
      return { __typename: 'Queues', queues: event.queues };
  }
}
