import { createUnionType, Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ModelVersionType } from '../model-versions/model-versions.types.js';
import { QueueCountsType } from '../queues/queues.types.js';
import { TrainingStatusType } from '../training/training.types.js';
import { TrialType } from '../trials/trials.types.js';

export const LiveKind = { TRAINING: 'training', MODELS: 'models', TRIALS: 'trials', QUEUES: 'queues' } as const;
export type LiveKind = (typeof LiveKind)[keyof typeof LiveKind];
registerEnumType(LiveKind, { name: 'LiveKind' });

@ObjectType('Queues')
export class QueuesType {
  @Field(() => [QueueCountsType])
  queues!: readonly QueueCountsType[];
}

export const LiveEvent = createUnionType({
  name: 'LiveEvent',
  description:
    'Training and queues come whenever they change, and first as they are; versions and trials as they are written.',
  types: () => [TrainingStatusType, ModelVersionType, TrialType, QueuesType] as const,
  resolveType: (value: { __typename: string }) => value.__typename,
});
