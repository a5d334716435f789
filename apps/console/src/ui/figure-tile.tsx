import type { ReactNode } from 'react';

/** One large figure with its name; `children` says where it comes from. */
export function FigureTile({ name, value, children }: { name: string; value: ReactNode; children?: ReactNode }) {
  return (
    <div className="min-w-0 rounded-xl border border-line bg-sheet px-5 py-4 shadow-sheet">
      <div className="text-quiet">{name}</div>
      <div className="text-3xl font-semibold tracking-tight tabular-nums">{value}</div>
      {children && <div className="mt-1 text-quiet">{children}</div>}
    </div>
  );
}
