import { TaskMapService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { TaskMapResult } from './task-map.types.js';

@Resolver()
export class TaskMapResolver {
  constructor(private readonly service: TaskMapService) {}

  @Query(() => TaskMapResult)
  taskMap(
    @Caller() caller: RequestContext,
    @Args('taskId', { type: () => ID, nullable: true, description: 'Also tell the neighbours of this task.' })
    taskId: string | null = null,
  ) {
    return outcome('TaskMap', () => this.service.read(caller, taskId));
  }
}
