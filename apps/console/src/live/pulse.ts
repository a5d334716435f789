import { useSyncExternalStore } from 'react';

/** What can change at the platform while one looks. */
export const topics = ['training', 'trials', 'models', 'jobs'] as const;
export type Topic = (typeof topics)[number];

const pulses = new Map<Topic, number>();
const listeners = new Set<() => void>();

/** Says that something of a topic has changed. */
export function beat(topic: Topic): void {
  pulses.set(topic, (pulses.get(topic) ?? 0) + 1);
  for (const listener of listeners) listener();
}

/** A number that is another whenever something of these topics changed. */
export function usePulse(of: readonly Topic[]): number {
  return useSyncExternalStore(subscribe, () => of.reduce((sum, topic) => sum + (pulses.get(topic) ?? 0), 0));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
