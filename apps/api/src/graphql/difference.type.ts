import { Field, ObjectType } from '@nestjs/graphql';
import { JsonScalar } from './json.scalar.js';

@ObjectType('Difference', { description: 'A dimension in which a configuration is not the default.' })
export class DifferenceType {
  @Field()
  dimension!: string;

  @Field(() => JsonScalar)
  value!: unknown;

  @Field(() => JsonScalar)
  default!: unknown;
}
