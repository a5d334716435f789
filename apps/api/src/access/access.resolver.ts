import { AccessService, OrganisationsService } from '@edgelore/domain';
import { AppError, type RequestContext } from '@edgelore/platform';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { outcome } from '../graphql/outcome.js';
import { AllowAnonymous } from './access.guard.js';
import { MeType, SignInInput, SignInResult, SignOutResult } from './access.types.js';
import { Caller, type GraphqlContext } from './request.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';
import { SignInLimit } from './sign-in-limit.js';

@Resolver()
export class AccessResolver {
  constructor(
    private readonly access: AccessService,
    private readonly organisations: OrganisationsService,
    private readonly limit: SignInLimit,
  ) {}

  @Query(() => MeType)
  async me(@Caller() caller: RequestContext): Promise<MeType> {
    const organisation = await this.organisations.own(caller);
    return { kind: organisation === null ? 'OPERATOR' : 'ORGANISATION', organisation };
  }

  @AllowAnonymous()
  @Mutation(() => SignInResult, { description: 'Signs the operator in and sets a cookie that scripts cannot read.' })
  signIn(@Args('input') input: SignInInput, @Context() { request, reply }: GraphqlContext) {
    return outcome('Me', async () => {
      if (!this.limit.mayTry(request.ip)) {
        throw new AppError('TOO_MANY_ATTEMPTS', 'Too many attempts from this address; wait a minute and try again.');
      }
      const { session, context } = await this.access.signIn(input.password, request.id);
      setSessionCookie(request, reply, session.token, session.expiresAt);
      return this.me(context);
    });
  }

  @Mutation(() => SignOutResult, { description: 'Ends every session of the operator.' })
  signOut(@Caller() caller: RequestContext, @Context() { request, reply }: GraphqlContext) {
    return outcome('SignedOut', async () => {
      await this.access.signOut(caller);
      clearSessionCookie(request, reply);
      return { signedOut: true };
    });
  }
}
