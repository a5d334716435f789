import { NEWEST_FIRST, RecommendationsService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import { NEWEST } from '../graphql/sort.type.js';
import { RecommendationFilterInput, RecommendationSortInput } from './recommendation-list.types.js';
import {
  RecommendationConnection,
  RecommendationResult,
  RecommendInput,
  RecommendResult,
} from './recommendations.types.js';

@Resolver()
export class RecommendationsResolver {
  constructor(private readonly service: RecommendationsService) {}

  @Query(() => RecommendationResult)
  recommendation(@Caller() caller: RequestContext, @Args('id', { type: () => ID }) id: string) {
    return outcome('Recommendation', () => this.service.get(caller, id));
  }

  @Query(() => RecommendationConnection, { description: "The caller's own; for operators all." })
  recommendations(
    @Caller() caller: RequestContext,
    @Args() page: PageArgs,
    @Args('taskId', { type: () => ID, nullable: true }) taskId: string | null = null,
    @Args('filter', { type: () => RecommendationFilterInput, nullable: true })
    filter: RecommendationFilterInput | null = null,
    @Args('sort', { type: () => RecommendationSortInput, nullable: true, description: NEWEST })
    sort: RecommendationSortInput | null = null,
  ) {
    const ofTask = taskId === null ? {} : { taskId };
    return this.service.list(caller, { ...filter, ...ofTask }, sort ?? NEWEST_FIRST, page);
  }

  @Query(() => Int, { description: "Of the caller's own; for operators of all." })
  recommendationCount(
    @Caller() caller: RequestContext,
    @Args('filter', { type: () => RecommendationFilterInput, nullable: true })
    filter: RecommendationFilterInput | null = null,
  ) {
    return this.service.count(caller, filter ?? {});
  }

  @Mutation(() => RecommendResult)
  recommend(@Caller() caller: RequestContext, @Args('input') input: RecommendInput) {
    return outcome('Recommendation', () => this.service.recommend(caller, input));
  }
}
