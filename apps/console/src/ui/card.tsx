import { type ReactNode, useId } from 'react';
import { styles } from './styles.js';

interface CardProps {
  readonly title?: ReactNode;
  /** One line under the title. */
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  /** Tables reach from edge to edge. */
  readonly flush?: boolean;
}

export function Card({ title, note, actions, children, className, flush = false }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={styles('min-w-0 overflow-hidden rounded-xl border border-line bg-sheet shadow-sheet', className)}
    >
      {title && (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 pt-4 pb-2">
          <div className="min-w-0">
            <h2 id={id} className="text-[15px] font-semibold">
              {title}
            </h2>
            {note && <p className="max-w-prose text-quiet">{note}</p>}
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={styles(flush ? (title ? 'pt-1' : '') : title ? 'px-5 pt-1 pb-5' : 'p-5')}>{children}</div>
    </section>
  );
}
