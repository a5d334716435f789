import { useSyncExternalStore } from 'react';

/**
 * Who is signed in. An operator's session is a cookie that scripts cannot read, so a mark says that there is one; an API key lives in this tab's memory only.
 */
export type Session =
  | { readonly kind: 'none' }
  | { readonly kind: 'operator' }
  | { readonly kind: 'key'; readonly key: string };

const MARK = 'edgelore.signed-in';
const listeners = new Set<() => void>();
let session: Session = localStorage.getItem(MARK) === null ? { kind: 'none' } : { kind: 'operator' };

export function currentSession(): Session {
  return session;
}

export function enter(next: Session): void {
  session = next;
  if (next.kind === 'operator') localStorage.setItem(MARK, 'yes');
  else localStorage.removeItem(MARK);
  for (const listener of listeners) listener();
}

export function leave(): void {
  enter({ kind: 'none' });
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, currentSession);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
