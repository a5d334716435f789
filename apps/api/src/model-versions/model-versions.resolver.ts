import { ModelVersionsService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import { CurrentModelType, ModelVersionConnection, ModelVersionResult } from './model-versions.types.js';

@Resolver()
export class ModelVersionsResolver {
  constructor(private readonly service: ModelVersionsService) {}

  @Query(() => CurrentModelType)
  currentModel(@Caller() caller: RequestContext): Promise<CurrentModelType> {
    return this.service.current(caller);
  }

  @Query(() => ModelVersionResult)
  modelVersion(@Caller() caller: RequestContext, @Args('number', { type: () => Int }) number: number) {
    return outcome('ModelVersion', () => this.service.get(caller, number));
  }

  @Query(() => ModelVersionConnection)
  modelVersions(@Caller() caller: RequestContext, @Args() page: PageArgs) {
    return this.service.list(caller, page);
  }
}
