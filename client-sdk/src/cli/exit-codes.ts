/** What the process's status tells a script. Stable: scripts depend on these numbers. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  dataset: 3,
  refused: 4,
  unreachable: 5,
  training: 6,
  storage: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
