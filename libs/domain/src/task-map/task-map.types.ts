/** Whose task a point stands for: the caller's, one that ships with Edgelore, or somebody else's. */
export type PointKind = 'own' | 'open' | 'other';

export interface MapPoint {
  readonly kind: PointKind;
  /** Null, as all else but the place, where the task is somebody else's; operators see everything. */
  readonly taskId: string | null;
  readonly name: string | null;
  readonly images: number | null;
  readonly trialCount: number | null;
  readonly bestScore: number | null;
  readonly x: number;
  readonly y: number;
}

export interface MapNeighbour extends Omit<MapPoint, 'x' | 'y'> {
  /** Of the descriptions' means, as recommendations measure it. */
  readonly distance: number;
}

/** Where tasks lie as the current extractor sees them. */
export interface TaskMap {
  readonly extractorVersion: number;
  /** Share of the tasks' variance along x and y. */
  readonly explained: readonly number[];
  /** Tasks in all; of more than two thousand the newest are shown. */
  readonly of: number;
  readonly points: readonly MapPoint[];
  /** Nearest first; empty where no task was asked for. */
  readonly neighbours: readonly MapNeighbour[];
}
