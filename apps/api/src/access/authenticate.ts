import type { AccessService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import type { FastifyRequest } from 'fastify';
import { readSessionCookie } from './session-cookie.js';

const BEARER = /^Bearer ([A-Za-z0-9_-]{1,200})$/;

/** Who sent the request: the holder of an API key, the operator who signed in, or nobody known. */
export async function authenticate(access: AccessService, request: FastifyRequest): Promise<RequestContext | null> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const key = BEARER.exec(authorization)?.[1];
    return key === undefined ? null : access.byApiKey(key, request.id);
  }
  const token = readSessionCookie(request);
  return token === undefined ? null : access.bySession(token, request.id);
}
