import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { TrialTotalsType } from '../trials/trial-list.types.js';

@ObjectType('PrivacyTotals', {
  description:
    "What noise tells of owners' privacy, open tasks aside; what a dataset has spent in all stands in the ledger on its owner's machine.",
})
export class PrivacyTotalsType {
  @Field(() => Int)
  noised!: number;

  @Field(() => Int)
  plain!: number;

  @Field(() => Float, { nullable: true })
  leastEpsilon!: number | null;

  @Field(() => Float, { nullable: true })
  mostEpsilon!: number | null;
}

@ObjectType('DayCount')
export class DayCountType {
  @Field({ description: 'Midnight UTC.' })
  day!: Date;

  @Field(() => Int)
  trials!: number;
}

@ObjectType('Overview', { description: "Totals over the caller's own; for operators over all." })
export class OverviewType {
  @Field(() => Int)
  tasks!: number;

  @Field(() => Int)
  openTasks!: number;

  @Field(() => Int)
  untriedTasks!: number;

  @Field(() => Int)
  recommendations!: number;

  @Field(() => TrialTotalsType)
  trials!: TrialTotalsType;

  @Field(() => PrivacyTotalsType)
  privacy!: PrivacyTotalsType;

  @Field(() => [DayCountType], { description: 'The last thirty days, the oldest first.' })
  days!: readonly DayCountType[];
}
