import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { JsonScalar } from '../graphql/json.scalar.js';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

const ModelState = { CANDIDATE: 'candidate', CURRENT: 'current', REJECTED: 'rejected', RETIRED: 'retired' } as const;
type ModelState = (typeof ModelState)[keyof typeof ModelState];
registerEnumType(ModelState, { name: 'ModelState' });

const Verdict = { PROMOTE: 'promote', REJECT: 'reject' } as const;
type Verdict = (typeof Verdict)[keyof typeof Verdict];
registerEnumType(Verdict, { name: 'Verdict' });

@ObjectType('ModelVersion', { description: 'An evaluated pair of extractor and ranker.' })
export class ModelVersionType {
  @Field(() => Int)
  number!: number;

  @Field(() => Int, { nullable: true })
  parent!: number | null;

  @Field(() => ModelState)
  state!: ModelState;

  @Field(() => Int)
  extractorVersion!: number;

  @Field()
  extractorHash!: string;

  @Field({ description: 'Names the experience that it was trained on.' })
  dataHash!: string;

  @Field(() => String, { nullable: true, description: "Kind of the ranker's scorer: bilinear, trees, mlp or graph." })
  scorer!: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'The loss that the ranker learnt by.' })
  loss!: unknown;

  @Field(() => String, { nullable: true })
  seed!: string | null;

  @Field(() => Int)
  taskCount!: number;

  @Field(() => Int)
  trialCount!: number;

  @Field(() => Verdict, { nullable: true })
  verdict!: Verdict | null;

  @Field(() => String, { nullable: true, description: 'Why it was promoted or rejected.' })
  reason!: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'Figures; for operators also the line of each held-out task.',
  })
  evaluation!: unknown;

  @Field()
  createdAt!: Date;

  @Field(() => Date, { nullable: true })
  decidedAt!: Date | null;
}

@ObjectType('CurrentModel', { description: 'What a client needs to describe its images.' })
export class CurrentModelType {
  @Field(() => Int)
  number!: number;

  @Field(() => Int)
  extractorVersion!: number;

  @Field()
  extractorHash!: string;

  @Field(() => JsonScalar)
  extractor!: unknown;
}

export const ModelVersionConnection = connectionOf('ModelVersionConnection', () => ModelVersionType);
export const ModelVersionResult = resultOf('ModelVersionResult', () => ModelVersionType);
