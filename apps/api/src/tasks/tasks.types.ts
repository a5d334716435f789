import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

@ObjectType('DescriptionNoise', {
  description: "Noise on a description and the guarantee that it keeps, as its owner's machine says.",
})
export class DescriptionNoiseType {
  @Field(() => Float)
  epsilon!: number;

  @Field(() => Float)
  delta!: number;

  @Field(() => Float, { description: 'Deviation per coordinate.' })
  sigma!: number;
}

@ObjectType('Task', { description: 'One private dataset with a goal.' })
export class TaskType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  organisationId!: string;

  @Field()
  organisationName!: string;

  @Field()
  name!: string;

  @Field({ description: "The client's own name for the dataset." })
  clientKey!: string;

  @Field({ description: 'Ships with Edgelore.' })
  open!: boolean;

  @Field(() => Int)
  images!: number;

  @Field(() => Int, { nullable: true })
  faces!: number | null;

  @Field(() => Int, { description: 'The extractor that made the description.' })
  extractorVersion!: number;

  @Field()
  extractorHash!: string;

  @Field(() => Int)
  dimension!: number;

  @Field(() => Int, { description: 'Rows of the description.' })
  batches!: number;

  @Field(() => Int)
  batchSize!: number;

  @Field(() => DescriptionNoiseType, { nullable: true, description: 'Null: the description carries none.' })
  noise!: DescriptionNoiseType | null;

  @Field(() => Int)
  trialCount!: number;

  @Field(() => Int)
  failedCount!: number;

  @Field(() => Float, { nullable: true })
  bestScore!: number | null;

  @Field(() => Date, { nullable: true })
  lastTrialAt!: Date | null;

  @Field(() => Int)
  recommendationCount!: number;

  @Field()
  createdAt!: Date;
}

@ObjectType('TaskDescription', { description: 'A description as it was sent: all that is known here of the images.' })
export class TaskDescriptionType {
  @Field(() => [[Float]], { description: 'Each the mean of the vectors of one batch.' })
  rows!: readonly (readonly number[])[];

  @Field(() => Int)
  dimension!: number;

  @Field(() => Int)
  images!: number;

  @Field(() => Int)
  batchSize!: number;

  @Field(() => Int, { nullable: true })
  faces!: number | null;

  @Field(() => Int)
  extractorVersion!: number;

  @Field()
  extractorHash!: string;

  @Field(() => DescriptionNoiseType, { nullable: true, description: 'Null: the description carries none.' })
  noise!: DescriptionNoiseType | null;

  @Field(() => Int, { description: 'Of the description in its own encoding.' })
  bytes!: number;

  @Field()
  sentAt!: Date;
}

@InputType({ description: 'What stands for the dataset: means over disjoint batches of images.' })
export class DescriptionInput {
  @Field(() => Int)
  extractorVersion!: number;

  @Field()
  extractorHash!: string;

  @Field(() => Int)
  dimension!: number;

  @Field(() => [[Float]])
  rows!: number[][];

  @Field(() => Int)
  images!: number;

  @Field(() => Int)
  batchSize!: number;
}

@InputType({ description: 'Noise that was put on the description.' })
export class DescriptionNoiseInput {
  @Field(() => Float)
  epsilon!: number;

  @Field(() => Float)
  delta!: number;

  @Field(() => Float, { description: 'Deviation per coordinate.' })
  sigma!: number;
}

@InputType()
export class SubmitDescriptionInput {
  @Field({ description: "The client's own name for the dataset: sending the same again returns the first task." })
  clientKey!: string;

  @Field()
  name!: string;

  @Field(() => DescriptionInput)
  description!: DescriptionInput;

  @Field(() => DescriptionNoiseInput, { nullable: true })
  noise?: DescriptionNoiseInput | null;

  @Field(() => Int, { nullable: true })
  faces?: number | null;
}

export const TaskConnection = connectionOf('TaskConnection', () => TaskType);
export const TaskDescriptionResult = resultOf('TaskDescriptionResult', () => TaskDescriptionType);
export const TaskResult = resultOf('TaskResult', () => TaskType);
export const SubmitDescriptionResult = resultOf('SubmitDescriptionResult', () => TaskType);
