import { SearchSpacesService, searchSpace } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { JsonScalar } from '../graphql/json.scalar.js';
import { outcome } from '../graphql/outcome.js';
import { SearchSpaceType, SpaceCoverageResult } from './search-space.types.js';

@Resolver()
export class SearchSpaceResolver {
  constructor(private readonly service: SearchSpacesService) {}

  @Query(() => JsonScalar, { description: 'The versioned search space: dimensions, values and constraints.' })
  searchSpace(): unknown {
    return searchSpace;
  }

  @Query(() => [SearchSpaceType], { description: 'Newest first.' })
  searchSpaces(@Caller() caller: RequestContext) {
    return this.service.list(caller);
  }

  @Query(() => SpaceCoverageResult)
  searchSpaceCoverage(@Caller() caller: RequestContext, @Args('id', { type: () => ID }) id: string) {
    return outcome('SpaceCoverage', () => this.service.coverage(caller, id));
  }
}
