import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { resultOf } from '../graphql/outcome.js';
import { connectionOf } from '../graphql/page.type.js';

const ApiKeyRole = { ADMIN: 'admin', MEMBER: 'member' } as const;
type ApiKeyRole = (typeof ApiKeyRole)[keyof typeof ApiKeyRole];
registerEnumType(ApiKeyRole, { name: 'ApiKeyRole', description: 'Admins may also make and revoke keys.' });

@ObjectType('Organisation')
export class OrganisationType {
  @Field(() => ID)
  id!: string;

  @Field()
  name!: string;

  @Field()
  createdAt!: Date;
}

@ObjectType('ApiKey')
export class ApiKeyType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  organisationId!: string;

  @Field()
  name!: string;

  @Field(() => ApiKeyRole)
  role!: ApiKeyRole;

  @Field({ description: 'The start of the key, enough to recognise it.' })
  prefix!: string;

  @Field()
  createdAt!: Date;

  @Field(() => Date, { nullable: true })
  lastUsedAt!: Date | null;

  @Field(() => Date, { nullable: true })
  revokedAt!: Date | null;
}

@ObjectType('CreatedApiKey')
export class CreatedApiKeyType {
  @Field(() => ApiKeyType)
  apiKey!: ApiKeyType;

  @Field({ description: 'The whole key, shown this once.' })
  secret!: string;
}

@InputType()
export class CreateOrganisationInput {
  @Field()
  name!: string;
}

@InputType()
export class CreateApiKeyInput {
  @Field(() => ID)
  organisationId!: string;

  @Field()
  name!: string;

  // Not a default of the schema: compiled documents do not fill in required input fields.
  @Field(() => ApiKeyRole, { nullable: true, description: 'MEMBER where left out.' })
  role?: ApiKeyRole | null;
}

@InputType()
export class RevokeApiKeyInput {
  @Field(() => ID)
  id!: string;
}

export const OrganisationConnection = connectionOf('OrganisationConnection', () => OrganisationType);
export const ApiKeyConnection = connectionOf('ApiKeyConnection', () => ApiKeyType);
export const CreateOrganisationResult = resultOf('CreateOrganisationResult', () => OrganisationType);
export const CreateApiKeyResult = resultOf('CreateApiKeyResult', () => CreatedApiKeyType);
export const RevokeApiKeyResult = resultOf('RevokeApiKeyResult', () => ApiKeyType);
