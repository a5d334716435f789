import { RecommendationsService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
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
  ) {
    return this.service.list(caller, taskId, page);
  }

  @Mutation(() => RecommendResult)
  recommend(@Caller() caller: RequestContext, @Args('input') input: RecommendInput) {
    return outcome('Recommendation', () => this.service.recommend(caller, input));
  }
}
