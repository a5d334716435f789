import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { resultOf } from '../graphql/outcome.js';
import { OrganisationType } from '../organisations/organisations.types.js';

export const ActorKind = { OPERATOR: 'OPERATOR', ORGANISATION: 'ORGANISATION' } as const;
export type ActorKind = keyof typeof ActorKind;
registerEnumType(ActorKind, { name: 'ActorKind' });

@ObjectType('Me', { description: 'Who is asking.' })
export class MeType {
  @Field(() => ActorKind)
  kind!: ActorKind;

  @Field(() => OrganisationType, { nullable: true, description: 'Null for operators.' })
  organisation!: OrganisationType | null;
}

@ObjectType('SignedOut')
export class SignedOutType {
  @Field()
  signedOut!: boolean;
}

@InputType()
export class SignInInput {
  @Field({ description: "The operator's." })
  password!: string;
}

export const SignInResult = resultOf('SignInResult', () => MeType);
export const SignOutResult = resultOf('SignOutResult', () => SignedOutType);
