import type { RequestContext } from '@edgelore/platform';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What every resolver of one request shares. */
export interface GraphqlContext {
  /** Null for anonymous callers. */
  readonly caller: RequestContext | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export function graphqlContextOf(context: ExecutionContext): GraphqlContext {
  return GqlExecutionContext.create(context).getContext<GraphqlContext>();
}

/** The caller, whom the guard has let in. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => graphqlContextOf(context).caller);
