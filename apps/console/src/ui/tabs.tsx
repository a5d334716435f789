import type { ReactNode } from 'react';

/** Tabs are places: each is a link with an address of its own, so the tab before is a step back. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="-mb-2 flex gap-1 overflow-x-auto border-b border-line">
      {children}
    </nav>
  );
}

/** For the links in it; `aria-current` says which is open. */
export const tabClass =
  'border-b-2 border-transparent px-3 py-2 whitespace-nowrap text-quiet hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink';
