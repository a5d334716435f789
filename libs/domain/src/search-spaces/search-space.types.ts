import type { Constraint, Dimension, DimensionValue } from '@edgelore/search-space';

export interface SearchSpaceVersion {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** Configurations that its constraints allow. */
  readonly size: number;
  readonly dimensions: readonly Dimension[];
  readonly constraints: readonly Constraint[];
}

export interface ValueCoverage {
  readonly value: DimensionValue;
  readonly trials: number;
  readonly meanScore: number | null;
  readonly bestScore: number | null;
}

/** What of a search space was tried. */
export interface SpaceCoverage {
  readonly id: string;
  readonly trials: number;
  /** Different configurations among them. */
  readonly configurations: number;
  readonly dimensions: readonly { readonly name: string; readonly values: readonly ValueCoverage[] }[];
}
