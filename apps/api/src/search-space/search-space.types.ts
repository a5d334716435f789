import type { DimensionKind, DimensionType } from '@edgelore/domain';
import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { JsonScalar } from '../graphql/json.scalar.js';
import { resultOf } from '../graphql/outcome.js';

@ObjectType('Dimension')
export class DimensionObject {
  @Field()
  name!: string;

  @Field(() => String, { description: 'architecture or hyperparameter' })
  kind!: DimensionKind;

  @Field(() => String, { description: 'choice, ordinal or log' })
  type!: DimensionType;

  @Field(() => JsonScalar)
  values!: unknown;

  @Field(() => JsonScalar)
  default!: unknown;

  @Field()
  description!: string;
}

@ObjectType('SpaceConstraint', {
  description: 'Where every dimension in `where` has one of its values there, each in `allow` must have one of those.',
})
export class SpaceConstraintType {
  @Field(() => JsonScalar)
  where!: unknown;

  @Field(() => JsonScalar)
  allow!: unknown;

  @Field()
  because!: string;
}

@ObjectType('SearchSpace')
export class SearchSpaceType {
  @Field(() => ID)
  id!: string;

  @Field()
  name!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => Float, { description: 'Configurations that its constraints allow.' })
  size!: number;

  @Field(() => [DimensionObject])
  dimensions!: readonly DimensionObject[];

  @Field(() => [SpaceConstraintType])
  constraints!: readonly SpaceConstraintType[];
}

@ObjectType('ValueCoverage')
export class ValueCoverageType {
  @Field(() => JsonScalar)
  value!: unknown;

  @Field(() => Int)
  trials!: number;

  @Field(() => Float, { nullable: true })
  meanScore!: number | null;

  @Field(() => Float, { nullable: true })
  bestScore!: number | null;
}

@ObjectType('DimensionCoverage')
export class DimensionCoverageType {
  @Field()
  name!: string;

  @Field(() => [ValueCoverageType])
  values!: readonly ValueCoverageType[];
}

@ObjectType('SpaceCoverage', {
  description: "What the caller's trials tried of a search space; for operators everybody's.",
})
export class SpaceCoverageType {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  trials!: number;

  @Field(() => Int, { description: 'Different ones.' })
  configurations!: number;

  @Field(() => [DimensionCoverageType])
  dimensions!: readonly DimensionCoverageType[];
}

export const SpaceCoverageResult = resultOf('SpaceCoverageResult', () => SpaceCoverageType);
