import { Info } from 'lucide-react';
import type { ReactNode } from 'react';

/** Something to know before going on. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div role="note" className="flex items-start gap-2.5 rounded-lg bg-note-soft px-4 py-2.5 text-note">
      <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p className="max-w-prose">{children}</p>
    </div>
  );
}
