import { SystemService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { SystemStatusType } from './system.types.js';

@Resolver()
export class SystemResolver {
  constructor(private readonly service: SystemService) {}

  @Query(() => SystemStatusType, { description: 'For operators.' })
  system(@Caller() caller: RequestContext): Promise<SystemStatusType> {
    return this.service.status(caller);
  }
}
