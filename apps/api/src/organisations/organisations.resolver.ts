import { OrganisationsService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import {
  ApiKeyConnection,
  CreateApiKeyInput,
  CreateApiKeyResult,
  CreateOrganisationInput,
  CreateOrganisationResult,
  OrganisationConnection,
  RevokeApiKeyInput,
  RevokeApiKeyResult,
} from './organisations.types.js';

@Resolver()
export class OrganisationsResolver {
  constructor(private readonly organisations: OrganisationsService) {}

  @Query(() => OrganisationConnection, { name: 'organisations', description: 'For operators.' })
  list(@Caller() caller: RequestContext, @Args() page: PageArgs) {
    return this.organisations.list(caller, page);
  }

  @Query(() => ApiKeyConnection, { description: 'For operators, and for admin keys their own organisation’s.' })
  apiKeys(@Caller() caller: RequestContext, @Args() page: PageArgs) {
    return this.organisations.listKeys(caller, page);
  }

  @Mutation(() => CreateOrganisationResult, { description: 'For operators.' })
  createOrganisation(@Caller() caller: RequestContext, @Args('input') input: CreateOrganisationInput) {
    return outcome('Organisation', () => this.organisations.create(caller, input));
  }

  @Mutation(() => CreateApiKeyResult, { description: 'For operators, and for admin keys in their own organisation.' })
  createApiKey(@Caller() caller: RequestContext, @Args('input') input: CreateApiKeyInput) {
    return outcome('CreatedApiKey', () => this.organisations.createKey(caller, input));
  }

  @Mutation(() => RevokeApiKeyResult, { description: 'For operators, and for admin keys in their own organisation.' })
  revokeApiKey(@Caller() caller: RequestContext, @Args('input') input: RevokeApiKeyInput) {
    return outcome('ApiKey', () => this.organisations.revokeKey(caller, input.id));
  }
}
