import { TasksService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import { SubmitDescriptionInput, SubmitDescriptionResult, TaskConnection, TaskResult } from './tasks.types.js';

@Resolver()
export class TasksResolver {
  constructor(private readonly service: TasksService) {}

  @Query(() => TaskResult)
  task(@Caller() caller: RequestContext, @Args('id', { type: () => ID }) id: string) {
    return outcome('Task', () => this.service.get(caller, id));
  }

  @Query(() => TaskConnection, { description: "The caller's own; for operators all." })
  tasks(@Caller() caller: RequestContext, @Args() page: PageArgs) {
    return this.service.list(caller, page);
  }

  @Mutation(() => SubmitDescriptionResult)
  submitDescription(@Caller() caller: RequestContext, @Args('input') input: SubmitDescriptionInput) {
    return outcome('Task', () => this.service.submit(caller, input));
  }
}
