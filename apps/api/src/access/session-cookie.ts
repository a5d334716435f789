import type { FastifyReply, FastifyRequest } from 'fastify';

const COOKIE = 'edgelore_session';
/** Other sites cannot send it without asking first, so a cookie alone does nothing for them. */
export const CSRF_HEADER = 'x-edgelore-console';

export function readSessionCookie(request: FastifyRequest): string | undefined {
  if (request.headers[CSRF_HEADER] === undefined) return undefined;
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string, expiresAt: Date): void {
  void reply.header('set-cookie', `${cookie(request, token)}; Expires=${expiresAt.toUTCString()}`);
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('set-cookie', `${cookie(request, '')}; Max-Age=0`);
}

function cookie(request: FastifyRequest, value: string): string {
  return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict${request.protocol === 'https' ? '; Secure' : ''}`;
}
