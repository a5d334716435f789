import type { ErrorComponentProps } from '@tanstack/react-router';
import { Failed } from '../ui/states.js';

/** A screen that broke is said to be broken; the way to the others stays. */
export function RouteFailed({ error, reset }: ErrorComponentProps) {
  const reason = error instanceof Error ? error.message : String(error);
  return <Failed fault={{ code: 'CONSOLE', message: `This screen failed: ${reason}` }} retry={reset} />;
}
