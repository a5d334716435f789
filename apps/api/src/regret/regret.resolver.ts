import { RegretService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { PageArgs } from '../graphql/page.type.js';
import { RealisedRegretConnection, RegretFilterInput, VersionRegretType } from './regret.types.js';

@Resolver()
export class RegretResolver {
  constructor(private readonly service: RegretService) {}

  @Query(() => RealisedRegretConnection, {
    description: "Of the caller's own recommendations, newest first; for operators of all.",
  })
  realisedRegrets(
    @Caller() caller: RequestContext,
    @Args() page: PageArgs,
    @Args('filter', { type: () => RegretFilterInput, nullable: true }) filter: RegretFilterInput | null = null,
  ) {
    return this.service.list(caller, filter ?? {}, page);
  }

  @Query(() => [VersionRegretType], {
    description: "Over the caller's own recommendations, for operators over all; by rising version.",
  })
  regretByVersion(@Caller() caller: RequestContext): Promise<VersionRegretType[]> {
    return this.service.byVersion(caller);
  }
}
