import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { SortDirection } from '../graphql/sort.type.js';

const TaskOrder = {
  CREATED: 'created',
  NAME: 'name',
  IMAGES: 'images',
  TRIALS: 'trials',
  BEST_SCORE: 'best-score',
} as const;
type TaskOrder = (typeof TaskOrder)[keyof typeof TaskOrder];
registerEnumType(TaskOrder, { name: 'TaskOrder' });

@InputType('TaskFilter', { description: 'What is left out does not bind.' })
export class TaskFilterInput {
  @Field(() => String, { nullable: true, description: 'Part of the name.' })
  search?: string | null;

  @Field(() => ID, { nullable: true })
  organisationId?: string | null;

  @Field(() => Boolean, { nullable: true })
  open?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'With noise on the description.' })
  noised?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'With at least one trial.' })
  tried?: boolean | null;

  @Field(() => Int, { nullable: true })
  minImages?: number | null;

  @Field(() => Int, { nullable: true })
  maxImages?: number | null;

  @Field(() => Date, { nullable: true })
  since?: Date | null;

  @Field(() => Date, { nullable: true, description: 'This instant is not in it.' })
  until?: Date | null;
}

@InputType('TaskSort', { description: 'A task without a score stands below one that reached 0.' })
export class TaskSortInput {
  @Field(() => TaskOrder)
  field!: TaskOrder;

  @Field(() => SortDirection)
  direction!: SortDirection;
}
