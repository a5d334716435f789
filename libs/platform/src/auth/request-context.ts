import { AppError } from '../errors/app-error.js';
import type { Permission } from './permissions.js';

export type Actor =
  | { readonly kind: 'api-key'; readonly id: string }
  | { readonly kind: 'operator'; readonly id: string }
  | { readonly kind: 'system'; readonly id: string };

/** Who asks, for which organisation, and what they may do. The first argument of every service method. */
export interface RequestContext {
  readonly actor: Actor;
  /** Null for operators and the system, who belong to no organisation. */
  readonly organisationId: string | null;
  readonly permissions: ReadonlySet<Permission>;
  readonly requestId: string;
}

export function requirePermission(context: RequestContext, permission: Permission): void {
  if (!context.permissions.has(permission)) {
    throw new AppError('FORBIDDEN', `This ${context.actor.kind} lacks the permission ${permission}.`);
  }
}

/** The caller's organisation, for what only an organisation can own. */
export function requireOrganisation(context: RequestContext): string {
  if (context.organisationId === null) {
    throw new AppError('FORBIDDEN', 'This needs an API key of an organisation; operators own no tasks.');
  }
  return context.organisationId;
}
