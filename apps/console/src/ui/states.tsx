import { CloudOff, Inbox, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Fault } from '../graphql/fault.js';
import { Button } from './button.js';

/** Nothing here yet, and what would bring something. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-1 px-6 py-10 text-center">
      <Inbox aria-hidden className="size-6 text-quiet" />
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-prose text-quiet">{children}</div>}
    </div>
  );
}

const widths = ['90%', '73%', '82%', '58%', '86%', '69%', '77%', '62%'];

/** Grey lines where figures will stand. */
export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex animate-pulse flex-col gap-3 p-5">
      {widths.slice(0, lines).map((width) => (
        <div key={width} className="h-4 rounded bg-raised" style={{ width }} />
      ))}
    </div>
  );
}

export function Failed({ fault, retry }: { fault: Fault; retry?: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <CloudOff aria-hidden className="size-6 text-bad" />
      <p className="max-w-prose font-medium">{fault.message}</p>
      <p className="text-quiet">
        <code>{fault.code}</code>
        {fault.errorId && (
          <>
            {' · '}in the log as <code>{fault.errorId}</code>
          </>
        )}
      </p>
      {retry && (
        <Button onClick={retry}>
          <RefreshCw aria-hidden className="size-4" /> Try again
        </Button>
      )}
    </div>
  );
}

/** What is shown was true a while ago, and why it is not newer. */
export function Stale({ fault, retry }: { fault: Fault; retry: () => void }) {
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-warn/40 bg-warn-soft px-4 py-2 text-warn"
    >
      <span>Could not refresh; what you see may be out of date. {fault.message}</span>
      <Button look="plain" onClick={retry}>
        <RefreshCw aria-hidden className="size-4" /> Try again
      </Button>
    </div>
  );
}
