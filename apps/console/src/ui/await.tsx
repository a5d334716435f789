import type { ReactNode } from 'react';
import type { Loaded } from '../graphql/use-screen.js';
import { Failed, Loading, Stale } from './states.js';

interface AwaitProps<Data> {
  readonly of: Loaded<Data>;
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

/** Loading, failed, stale or there. */
export function Await<Data>({ of: { data, fault, refresh }, lines = 4, children }: AwaitProps<Data>) {
  if (data === undefined) return fault ? <Failed fault={fault} retry={refresh} /> : <Loading lines={lines} />;
  return (
    <>
      {fault && <Stale fault={fault} retry={refresh} />}
      {children(data)}
    </>
  );
}
