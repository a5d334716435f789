import { OverviewService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { OverviewType } from './overview.types.js';

@Resolver()
export class OverviewResolver {
  constructor(private readonly service: OverviewService) {}

  @Query(() => OverviewType)
  overview(@Caller() caller: RequestContext): Promise<OverviewType> {
    return this.service.read(caller);
  }
}
