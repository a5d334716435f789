import { Field, Float, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { JsonScalar } from '../graphql/json.scalar.js';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

const ModelState = { CANDIDATE: 'candidate', CURRENT: 'current', REJECTED: 'rejected', RETIRED: 'retired' } as const;
type ModelState = (typeof ModelState)[keyof typeof ModelState];
registerEnumType(ModelState, { name: 'ModelState' });

const Verdict = { PROMOTE: 'promote', REJECT: 'reject' } as const;
type Verdict = (typeof Verdict)[keyof typeof Verdict];
registerEnumType(Verdict, { name: 'Verdict' });

@ObjectType('GateQuality', {
  description: 'What the gate saw on tasks that the version had not seen, beside the version before and chance.',
})
export class GateQualityType {
  @Field(() => Int)
  tasks!: number;

  @Field(() => Float, { description: "Kendall's tau of predicted and measured order." })
  tau!: number;

  @Field(() => Float)
  ndcg10!: number;

  @Field(() => Float, { nullable: true })
  ndcg10Before!: number | null;

  @Field(() => Float)
  ndcg10Chance!: number;

  @Field(() => Float)
  regret1!: number;

  @Field(() => Float, { nullable: true })
  regret1Before!: number | null;

  @Field(() => Float)
  regret1Chance!: number;

  @Field(() => Float, { nullable: true, description: 'NDCG@10 lost on average, where the version before was better.' })
  forgetting!: number | null;
}

@ObjectType('ModelQuality', { description: 'How a version ranks tasks that it never saw.' })
export class ModelQualityType {
  @Field(() => Float, { nullable: true })
  ndcg10!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Average precision that its first choice fell short of the best by.',
  })
  regret1!: number | null;

  @Field(() => Float, { nullable: true, description: 'The same of what did well on similar tasks.' })
  regret1NearestTasks!: number | null;

  @Field(() => Float, { nullable: true, description: 'The same of what did well everywhere.' })
  regret1Portfolio!: number | null;

  @Field(() => GateQualityType, { nullable: true })
  gate!: GateQualityType | null;

  @Field(() => Float, {
    nullable: true,
    description: "Variance that the way from the parent's extractor explains; null where the extractor stayed.",
  })
  alignmentR2!: number | null;
}

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

  @Field(() => Float, { description: 'Of training.' })
  seconds!: number;

  @Field(() => Int, { nullable: true, description: 'The earlier version whose models this one brought back by hand.' })
  restores!: number | null;

  @Field(() => Date, { nullable: true, description: 'Since then no training replaces it.' })
  pinnedAt!: Date | null;

  @Field(() => ModelQualityType, { nullable: true })
  quality!: ModelQualityType | null;

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

@ObjectType('ExtractorVersion', { description: 'One extractor and the model versions that hold it.' })
export class ExtractorVersionType {
  @Field(() => Int)
  version!: number;

  @Field()
  hash!: string;

  @Field(() => Int)
  firstModel!: number;

  @Field(() => Int)
  models!: number;

  @Field()
  current!: boolean;

  @Field(() => Int, { description: 'Descriptions that were made by it.' })
  tasks!: number;

  @Field(() => Float, { nullable: true })
  alignmentR2!: number | null;
}

@ObjectType('ModelHealth')
export class ModelHealthType {
  @Field(() => ModelVersionType)
  current!: ModelVersionType;

  @Field(() => Int, { description: 'Completed trials that no version has learnt from.' })
  trialsSince!: number;

  @Field(() => Int, { description: 'Versions after the current one; none of them was promoted.' })
  versionsSince!: number;
}

@InputType()
export class ModelVersionInput {
  @Field(() => Int)
  number!: number;
}

export const ModelVersionConnection = connectionOf('ModelVersionConnection', () => ModelVersionType);
export const ModelVersionResult = resultOf('ModelVersionResult', () => ModelVersionType);
