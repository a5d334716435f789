import { TrainingService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { RetrainResult, TrainingStatusType } from './training.types.js';

@Resolver()
export class TrainingResolver {
  constructor(private readonly training: TrainingService) {}

  @Query(() => TrainingStatusType)
  trainingStatus(@Caller() caller: RequestContext): Promise<TrainingStatusType> {
    return this.training.status(caller);
  }

  @Mutation(() => RetrainResult, { description: 'For operators: train now, whatever was reported.' })
  retrain(@Caller() caller: RequestContext) {
    return outcome('TrainingStatus', () => this.training.request(caller));
  }
}
