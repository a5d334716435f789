import { AppError } from '@edgelore/platform';
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { GqlContextType } from '@nestjs/graphql';
import { graphqlContextOf } from './request.js';

const ANONYMOUS = 'anonymous';

/** Lets callers in who are not known yet. Everything without it needs an API key or a session. */
export const AllowAnonymous = () => SetMetadata(ANONYMOUS, true);

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(ANONYMOUS, [context.getHandler(), context.getClass()])) return true;
    if (context.getType<GqlContextType>() === 'graphql' && graphqlContextOf(context).caller !== null) return true;
    throw new AppError('UNAUTHENTICATED', 'Send an API key as `Authorization: Bearer KEY`, or sign in.');
  }
}
