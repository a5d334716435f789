import type { RequestContext } from '@edgelore/platform';

/** The part of a `where` that keeps callers to their own organisation's rows; operators see all. */
export function ownOnly({ organisationId }: RequestContext): { organisationId?: string } {
  return organisationId === null ? {} : { organisationId };
}
