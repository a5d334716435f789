import { type RequestContext, uuid7 } from '@edgelore/platform';
import type { EntityManager } from 'typeorm';
import { AuditEntryEntity, type AuditedAction } from './audit-entry.entity.js';

export interface Audited {
  readonly action: AuditedAction;
  readonly kind: string;
  readonly id: string;
  readonly organisationId?: string;
  readonly details?: Readonly<Record<string, string | number>>;
}

/** Writes down who did what, in the transaction that does it. */
export async function audit(manager: EntityManager, ctx: RequestContext, subject: Audited): Promise<void> {
  await manager.insert(AuditEntryEntity, {
    id: uuid7(),
    organisationId: subject.organisationId ?? ctx.organisationId,
    actorKind: ctx.actor.kind,
    actorId: ctx.actor.id,
    action: subject.action,
    subjectKind: subject.kind,
    subjectId: subject.id,
    details: subject.details ?? {},
    requestId: ctx.requestId,
    createdAt: new Date(),
  });
}
