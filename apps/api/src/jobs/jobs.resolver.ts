import { jobs } from '@edgelore/domain';
import { type QueueClient, type RequestContext, requirePermission } from '@edgelore/platform';
import { Inject } from '@nestjs/common';
import { Field, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { QUEUE } from './queue.provider.js';

@ObjectType('QueueCounts')
export class QueueCountsType {
  @Field()
  queue!: string;

  @Field(() => Int)
  waiting!: number;

  @Field(() => Int)
  active!: number;

  @Field(() => Int)
  delayed!: number;

  @Field(() => Int)
  failed!: number;

  @Field(() => Int)
  completed!: number;
}

@Resolver()
export class JobsResolver {
  constructor(@Inject(QUEUE) private readonly queue: QueueClient) {}

  @Query(() => [QueueCountsType], { name: 'jobs', description: 'For operators.' })
  async counts(@Caller() caller: RequestContext): Promise<QueueCountsType[]> {
    requirePermission(caller, 'model:manage');
    const names = [...new Set(Object.values(jobs).map((job) => job.queue))];
    return Promise.all(names.map(async (queue) => ({ queue, ...(await this.queue.counts(queue)) })));
  }
}
