import { createContext, use } from 'react';

/** Who looks at the console. */
export interface Caller {
  readonly operator: boolean;
  readonly organisationId: string | null;
}

export const CallerContext = createContext<Caller>({ operator: false, organisationId: null });

export function useCaller(): Caller {
  return use(CallerContext);
}
