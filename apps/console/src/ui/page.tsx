import { type ReactNode, useEffect } from 'react';

interface PageProps {
  readonly title: string;
  /** What stands above the title: the way here. */
  readonly above?: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, above, note, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Edgelore`;
  }, [title]);
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          {above && <div className="text-quiet">{above}</div>}
          <h1 className="truncate text-2xl font-semibold tracking-tight" title={title}>
            {title}
          </h1>
          {note && <div className="max-w-prose text-quiet">{note}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
