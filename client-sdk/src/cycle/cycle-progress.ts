/** What the cycle tells of its progress. */
export interface CycleProgress {
  line(text: string): void;
  progress(
    label: string,
    unit: string,
  ): { update(done: number, total: number, note?: string): void; end(note?: string): void };
}
