import { ChevronLeft, ChevronRight, ChevronsLeft } from 'lucide-react';
import { plural } from '../format/words.js';
import { Button } from './button.js';

/** Which page each cursor was reached from, as long as this tab lives; the address itself holds only where one is. */
const before = new Map<string, string | undefined>();

interface PagerProps {
  readonly page: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly after: string | undefined;
  readonly onGo: (after: string | undefined) => void;
  readonly total?: number | undefined;
  readonly noun?: string;
}

export function Pager({ page, after, onGo, total, noun = 'row' }: PagerProps) {
  if (!page.hasNextPage && after === undefined && total === undefined) return null;
  const next = () => {
    if (page.endCursor === null) return;
    before.set(page.endCursor, after);
    onGo(page.endCursor);
  };
  return (
    <nav
      aria-label="Pages"
      className="flex flex-wrap items-center justify-between gap-2 border-t border-line px-5 py-2"
    >
      <span className="text-quiet tabular-nums">{total !== undefined && plural(total, noun)}</span>
      {(page.hasNextPage || after !== undefined) && (
        <span className="flex gap-1">
          <Button look="quiet" disabled={after === undefined} onClick={() => onGo(undefined)}>
            <ChevronsLeft aria-hidden className="size-4" /> First
          </Button>
          <Button
            look="quiet"
            disabled={after === undefined || !before.has(after)}
            onClick={() => onGo(after === undefined ? undefined : before.get(after))}
          >
            <ChevronLeft aria-hidden className="size-4" /> Previous
          </Button>
          <Button look="quiet" disabled={!page.hasNextPage} onClick={next}>
            Next <ChevronRight aria-hidden className="size-4" />
          </Button>
        </span>
      )}
    </nav>
  );
}
