import { searchSpace } from '@edgelore/domain';
import { Query, Resolver } from '@nestjs/graphql';
import { JsonScalar } from '../graphql/json.scalar.js';

@Resolver()
export class SearchSpaceResolver {
  @Query(() => JsonScalar, { description: 'The versioned search space: dimensions, values and constraints.' })
  searchSpace(): unknown {
    return searchSpace;
  }
}
