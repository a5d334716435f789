import { describe, expect, it } from '@jest/globals';
import { apiKeyMatches, createApiKey, parseApiKey } from './api-key.js';
import { generatePassword, hashPassword, verifyPassword } from './password.js';
import { permissionsOf } from './permissions.js';
import { type RequestContext, requireOrganisation, requirePermission } from './request-context.js';
import { createSessionToken, hashSessionToken, looksLikeSessionToken } from './session-token.js';

describe('API keys', () => {
  it('are recognised by what is stored, which does not hold the secret', () => {
    const made = createApiKey();
    const presented = parseApiKey(made.key)!;
    expect(apiKeyMatches(presented, made)).toBe(true);
    const secret = made.key.slice(`edl_${made.publicId}_`.length);
    expect(secret).toHaveLength(43);
    for (const encoding of ['base64url', 'utf8'] as const) {
      expect(made.secretHash.toString(encoding)).not.toContain(secret);
    }
  });

  it('fail with one letter changed, or with the secret of another key', () => {
    const made = createApiKey();
    const last = made.key.endsWith('A') ? 'B' : 'A';
    expect(apiKeyMatches(parseApiKey(made.key.slice(0, -1) + last)!, made)).toBe(false);
    expect(apiKeyMatches({ ...parseApiKey(createApiKey().key)!, publicId: made.publicId }, made)).toBe(false);
  });

  it.each(['', 'edl_', 'edl_123_abc', 'Bearer x', `${createApiKey().key}x`, ` ${createApiKey().key}`])(
    'are refused when malformed: "%s"',
    (text) => {
      expect(parseApiKey(text)).toBeUndefined();
    },
  );
});

describe('passwords', () => {
  it('verify only as they were given', async () => {
    const stored = await hashPassword('correct horse battery');
    expect(stored).toMatch(/^scrypt\$131072\$8\$1\$/);
    expect(await verifyPassword('correct horse battery', stored)).toBe(true);
    expect(await verifyPassword('correct horse batterY', stored)).toBe(false);
    expect(await verifyPassword('', stored)).toBe(false);
    expect(await verifyPassword('correct horse battery', 'plain$text')).toBe(false);
  });

  it('are long when generated, and never the same', () => {
    expect(generatePassword()).toHaveLength(20);
    expect(generatePassword()).not.toBe(generatePassword());
  });
});

describe('session tokens', () => {
  it('are found by their hash', () => {
    const { token, tokenHash } = createSessionToken();
    expect(looksLikeSessionToken(token)).toBe(true);
    expect(looksLikeSessionToken(createApiKey().key)).toBe(false);
    expect(hashSessionToken(token).equals(tokenHash)).toBe(true);
  });
});

describe('request contexts', () => {
  const member: RequestContext = {
    actor: { kind: 'api-key', id: 'k' },
    organisationId: 'o',
    permissions: permissionsOf('member'),
    requestId: 'r',
  };

  it('let through what a role may do and nothing else', () => {
    requirePermission(member, 'task:write');
    expect(() => requirePermission(member, 'key:manage')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    expect(permissionsOf('operator').has('task:write')).toBe(false);
  });

  it('know their organisation, where there is one', () => {
    expect(requireOrganisation(member)).toBe('o');
    expect(() => requireOrganisation({ ...member, organisationId: null })).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    );
  });
});
