import {
  AppError,
  apiKeyMatches,
  createSessionToken,
  generatePassword,
  hashPassword,
  hashSessionToken,
  looksLikeSessionToken,
  parseApiKey,
  permissionsOf,
  type RequestContext,
  requirePermission,
  uuid7,
  verifyPassword,
} from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, LessThan, MoreThan } from 'typeorm';
import { audit } from '../audit/audit.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { OperatorEntity } from './operator.entity.js';
import type { Session } from './organisation.types.js';
import { SessionEntity } from './session.entity.js';

const SESSION_MS = 12 * 60 * 60 * 1000;
const OPERATOR_NAME = 'operator';
const MOST_FAILURES = 5;
const LOCK_MS = 60_000;
/** Often enough to see that a key is in use, seldom enough to cost nothing. */
const LAST_USED_MS = 60_000;

/** Who is asking: by API key, or by the session of the operator who signed in. */
@Injectable()
export class AccessService {
  constructor(private readonly database: DataSource) {}

  /** The context of an API key's holder; null when the key is unknown, expired or revoked. */
  async byApiKey(key: string, requestId: string): Promise<RequestContext | null> {
    const presented = parseApiKey(key);
    if (presented === undefined) return null;
    const { manager } = this.database;
    const stored = await manager.findOneBy(ApiKeyEntity, { publicId: presented.publicId, revokedAt: IsNull() });
    if (stored === null || !apiKeyMatches(presented, stored)) return null;
    const now = new Date();
    if (stored.expiresAt !== null && stored.expiresAt <= now) return null;
    const since = new Date(now.getTime() - LAST_USED_MS);
    if (stored.lastUsedAt === null || stored.lastUsedAt < since) {
      await manager.update(ApiKeyEntity, { id: stored.id }, { lastUsedAt: now });
    }
    return {
      actor: { kind: 'api-key', id: stored.id },
      organisationId: stored.organisationId,
      permissions: permissionsOf(stored.role),
      requestId,
    };
  }

  async bySession(token: string, requestId: string): Promise<RequestContext | null> {
    if (!looksLikeSessionToken(token)) return null;
    const session = await this.database.manager.findOneBy(SessionEntity, {
      tokenHash: hashSessionToken(token),
      revokedAt: IsNull(),
      expiresAt: MoreThan(new Date()),
    });
    return session === null ? null : operatorContext(session.operatorId, requestId);
  }

  /** Five wrong passwords in a row lock the account for a minute. */
  async signIn(password: string, requestId: string): Promise<{ session: Session; context: RequestContext }> {
    const { manager } = this.database;
    const operator = await this.claimAttempt();
    if (!(await verifyPassword(password, operator.passwordHash))) {
      throw new AppError('UNAUTHENTICATED', 'The password is not right.', { field: 'password' });
    }
    await manager.update(OperatorEntity, { id: operator.id }, { failedAttempts: 0, lockedUntil: null });
    const context = operatorContext(operator.id, requestId);
    const { token, tokenHash } = createSessionToken();
    const createdAt = new Date();
    const expiresAt = new Date(createdAt.getTime() + SESSION_MS);
    const row = { id: uuid7(), operatorId: operator.id, tokenHash, createdAt, expiresAt, revokedAt: null };
    await this.database.transaction(async (transaction) => {
      await transaction.delete(SessionEntity, { operatorId: operator.id, expiresAt: LessThan(createdAt) });
      await transaction.insert(SessionEntity, row);
      await audit(transaction, context, { action: 'operator.sign-in', kind: 'session', id: row.id });
    });
    return { session: { token, expiresAt }, context };
  }

  /** Ends every session of the operator who asks. */
  async signOut(ctx: RequestContext): Promise<void> {
    requirePermission(ctx, 'organisation:manage');
    await this.database.transaction(async (manager) => {
      const open = { operatorId: ctx.actor.id, revokedAt: IsNull() };
      await manager.update(SessionEntity, open, { revokedAt: new Date() });
      await audit(manager, ctx, { action: 'operator.sign-out', kind: 'operator', id: ctx.actor.id });
    });
  }

  // Counted before the password is looked at, so that guesses sent at the same time count as well.
  private async claimAttempt(): Promise<OperatorEntity> {
    const [[claimed]]: [{ id: string; attempts: number; locked: boolean }[], number] =
      await this.database.manager.query(
        `UPDATE operators SET
           failed_attempts = CASE WHEN locked_until <= now() THEN 1 ELSE failed_attempts + 1 END,
           locked_until = CASE
             WHEN locked_until > now() THEN locked_until
             WHEN locked_until IS NULL AND failed_attempts + 1 >= $2 THEN now() + $3 * interval '1 millisecond'
           END
         WHERE name = $1
         RETURNING id, failed_attempts AS attempts, failed_attempts > $2 AS locked`,
        [OPERATOR_NAME, MOST_FAILURES, LOCK_MS],
      );
    if (claimed === undefined) throw new AppError('UNAVAILABLE', 'There is no operator account yet.');
    if (claimed.locked) {
      throw new AppError('TOO_MANY_ATTEMPTS', 'Too many wrong passwords; wait a minute and try again.');
    }
    return this.database.manager.findOneByOrFail(OperatorEntity, { id: claimed.id });
  }
}

export function operatorContext(operatorId: string, requestId: string): RequestContext {
  return {
    actor: { kind: 'operator', id: operatorId },
    organisationId: null,
    permissions: permissionsOf('operator'),
    requestId,
  };
}

/** Makes the operator account; returns its password when this call made one up. A chosen password replaces an earlier one. */
export async function ensureOperator(manager: EntityManager, chosen: string | undefined): Promise<string | undefined> {
  const known = await manager.findOneBy(OperatorEntity, { name: OPERATOR_NAME });
  if (known === null) {
    const password = chosen ?? generatePassword();
    await manager.insert(OperatorEntity, {
      id: uuid7(),
      name: OPERATOR_NAME,
      passwordHash: await hashPassword(password),
      failedAttempts: 0,
      lockedUntil: null,
      createdAt: new Date(),
    });
    return chosen === undefined ? password : undefined;
  }
  if (chosen !== undefined && !(await verifyPassword(chosen, known.passwordHash))) {
    await manager.update(OperatorEntity, { id: known.id }, { passwordHash: await hashPassword(chosen) });
    await manager.delete(SessionEntity, { operatorId: known.id });
  }
  return undefined;
}
