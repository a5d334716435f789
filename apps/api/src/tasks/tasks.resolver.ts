import { NEWEST_FIRST, TasksService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import { NEWEST } from '../graphql/sort.type.js';
import { TaskFilterInput, TaskSortInput } from './task-list.types.js';
import {
  SubmitDescriptionInput,
  SubmitDescriptionResult,
  TaskConnection,
  TaskDescriptionResult,
  TaskResult,
} from './tasks.types.js';

@Resolver()
export class TasksResolver {
  constructor(private readonly service: TasksService) {}

  @Query(() => TaskResult)
  task(@Caller() caller: RequestContext, @Args('id', { type: () => ID }) id: string) {
    return outcome('Task', () => this.service.get(caller, id));
  }

  @Query(() => TaskConnection, { description: "The caller's own; for operators all." })
  tasks(
    @Caller() caller: RequestContext,
    @Args() page: PageArgs,
    @Args('filter', { type: () => TaskFilterInput, nullable: true }) filter: TaskFilterInput | null = null,
    @Args('sort', { type: () => TaskSortInput, nullable: true, description: NEWEST }) sort: TaskSortInput | null = null,
  ) {
    return this.service.list(caller, filter ?? {}, sort ?? NEWEST_FIRST, page);
  }

  @Query(() => Int, { description: "Of the caller's own; for operators of all." })
  taskCount(
    @Caller() caller: RequestContext,
    @Args('filter', { type: () => TaskFilterInput, nullable: true }) filter: TaskFilterInput | null = null,
  ) {
    return this.service.count(caller, filter ?? {});
  }

  @Query(() => TaskDescriptionResult)
  taskDescription(@Caller() caller: RequestContext, @Args('taskId', { type: () => ID }) taskId: string) {
    return outcome('TaskDescription', () => this.service.sent(caller, taskId));
  }

  @Mutation(() => SubmitDescriptionResult)
  submitDescription(@Caller() caller: RequestContext, @Args('input') input: SubmitDescriptionInput) {
    return outcome('Task', () => this.service.submit(caller, input));
  }
}
