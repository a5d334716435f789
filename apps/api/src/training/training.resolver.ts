import { TrainingService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import { RetrainResult, TrainingRunConnection, TrainingStatusType } from './training.types.js';

@Resolver()
export class TrainingResolver {
  constructor(private readonly training: TrainingService) {}

  @Query(() => TrainingStatusType)
  trainingStatus(@Caller() caller: RequestContext): Promise<TrainingStatusType> {
    return this.training.status(caller);
  }

  @Query(() => TrainingRunConnection, { description: 'Newest first.' })
  trainingRuns(@Caller() caller: RequestContext, @Args() page: PageArgs) {
    return this.training.runs(caller, page);
  }

  @Mutation(() => RetrainResult, { description: 'For operators: train now, whatever was reported.' })
  retrain(@Caller() caller: RequestContext) {
    return outcome('TrainingStatus', () => this.training.request(caller));
  }
}
