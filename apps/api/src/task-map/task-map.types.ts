import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { resultOf } from '../graphql/outcome.js';

export const PointKind = { OWN: 'own', OPEN: 'open', OTHER: 'other' } as const;
export type PointKind = (typeof PointKind)[keyof typeof PointKind];
registerEnumType(PointKind, {
  name: 'PointKind',
  description: "The caller's task, one that ships with Edgelore, or somebody else's.",
});

@ObjectType({ isAbstract: true })
class MappedTask {
  @Field(() => PointKind)
  kind!: PointKind;

  @Field(() => ID, { nullable: true })
  taskId!: string | null;

  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => Int, { nullable: true })
  images!: number | null;

  @Field(() => Int, { nullable: true })
  trialCount!: number | null;

  @Field(() => Float, { nullable: true })
  bestScore!: number | null;
}

@ObjectType('MapPoint', {
  description: "Of somebody else's task nothing but a coarse place; operators see everything.",
})
export class MapPointType extends MappedTask {
  @Field(() => Float)
  x!: number;

  @Field(() => Float)
  y!: number;
}

@ObjectType('MapNeighbour')
export class MapNeighbourType extends MappedTask {
  @Field(() => Float, { description: "Of the descriptions' means." })
  distance!: number;
}

@ObjectType('TaskMap', {
  description: "Where tasks lie as the current extractor sees them: principal components of their descriptions' means.",
})
export class TaskMapType {
  @Field(() => Int)
  extractorVersion!: number;

  @Field(() => [Float], { description: "Share of the tasks' variance along x and y." })
  explained!: readonly number[];

  @Field(() => Int, { description: 'Tasks in all; of more than two thousand the newest are shown.' })
  of!: number;

  @Field(() => [MapPointType])
  points!: readonly MapPointType[];

  @Field(() => [MapNeighbourType], { description: 'Nearest first; empty where no task was asked for.' })
  neighbours!: readonly MapNeighbourType[];
}

export const TaskMapResult = resultOf('TaskMapResult', () => TaskMapType);
