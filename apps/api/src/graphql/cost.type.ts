import { Field, Float, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('Cost', { description: 'What a detector costs to keep and to run.' })
export class CostType {
  @Field(() => Float, { description: "Multiply-accumulates of one picture's forward pass." })
  macs!: number;

  @Field(() => Int)
  parameters!: number;

  @Field(() => Int, { description: 'Stored weights as float32.' })
  bytes!: number;
}
