import { ModelControlService, ModelVersionsService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import {
  CurrentModelType,
  ExtractorVersionType,
  ModelHealthType,
  ModelVersionConnection,
  ModelVersionInput,
  ModelVersionResult,
} from './model-versions.types.js';

@Resolver()
export class ModelVersionsResolver {
  constructor(
    private readonly service: ModelVersionsService,
    private readonly control: ModelControlService,
  ) {}

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

  @Query(() => ModelHealthType, { description: 'The current version, and what it lacks.' })
  modelHealth(@Caller() caller: RequestContext): Promise<ModelHealthType> {
    return this.service.health(caller);
  }

  @Query(() => [ExtractorVersionType], { description: 'Newest first.' })
  extractorVersions(@Caller() caller: RequestContext): Promise<ExtractorVersionType[]> {
    return this.service.extractors(caller);
  }

  @Mutation(() => ModelVersionResult, {
    description: "For operators: makes a version's models current, as a new version that says which it restores.",
  })
  promoteModelVersion(@Caller() caller: RequestContext, @Args('input') { number }: ModelVersionInput) {
    return outcome('ModelVersion', () => this.control.promote(caller, number));
  }

  @Mutation(() => ModelVersionResult, {
    description: 'For operators: back to what the current models were trained from.',
  })
  rollBackModel(@Caller() caller: RequestContext) {
    return outcome('ModelVersion', () => this.control.rollBack(caller));
  }

  @Mutation(() => ModelVersionResult, { description: 'For operators: no training replaces the current version.' })
  pinModelVersion(@Caller() caller: RequestContext, @Args('input') { number }: ModelVersionInput) {
    return outcome('ModelVersion', () => this.control.pin(caller, number));
  }

  @Mutation(() => ModelVersionResult, { description: 'For operators.' })
  unpinModelVersion(@Caller() caller: RequestContext, @Args('input') { number }: ModelVersionInput) {
    return outcome('ModelVersion', () => this.control.unpin(caller, number));
  }
}
