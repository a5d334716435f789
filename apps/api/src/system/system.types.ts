import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export const QueueBackend = { POSTGRES: 'postgres', REDIS: 'redis' } as const;
export type QueueBackend = (typeof QueueBackend)[keyof typeof QueueBackend];
registerEnumType(QueueBackend, { name: 'QueueBackend' });

@ObjectType('Check')
export class CheckType {
  @Field()
  name!: string;

  @Field()
  ok!: boolean;

  @Field()
  detail!: string;

  @Field(() => Int)
  milliseconds!: number;
}

@ObjectType('RanMigration')
export class RanMigrationType {
  @Field()
  name!: string;

  @Field()
  writtenAt!: Date;
}

@ObjectType('SystemStatus')
export class SystemStatusType {
  @Field({ description: 'Of Edgelore.' })
  version!: string;

  @Field()
  node!: string;

  @Field()
  postgres!: string;

  @Field(() => Float)
  databaseBytes!: number;

  @Field(() => QueueBackend)
  queueBackend!: QueueBackend;

  @Field()
  startedAt!: Date;

  @Field(() => [CheckType])
  checks!: readonly CheckType[];

  @Field(() => [RanMigrationType], { description: 'Newest first.' })
  migrations!: readonly RanMigrationType[];

  @Field(() => [String])
  pendingMigrations!: readonly string[];
}
