import type { KernelRuntime } from '@edgelore/kernels';
import { RankingError } from '../ranking.error.js';
import { thawBilinear } from './bilinear/bilinear-scorer.js';
import { type NetworkArtefact, thawNetwork } from './network/network-scorer.js';
import type { Scorer, ScorerArtefact } from './scorer.js';
import { thawTrees } from './trees/tree-scorer.js';

/**
 * The scorer that was frozen, of whichever kind.
 * @param runtime kernels, which networks (`mlp`, `graph`) compute with
 * @throws RankingError `INVALID_MODEL` on an artefact that is none, or on a network without kernels.
 *
 * @example
 * ```ts
 * const weights = { centre: [], scale: 1, main: [2], configuration: [], task: [] };
 * const frozen = { format: 'scorer/1', kind: 'bilinear', weights } as const;
 * const scorer = thawScorer(frozen);
 * scorer.score({ count: 1, features: Float32Array.of(3), width: 1 }); // => Float64Array.of(6)
 * ```
 */
export function thawScorer(artefact: ScorerArtefact, runtime?: KernelRuntime): Scorer {
  switch (artefact.kind) {
    case 'bilinear':
      return thawBilinear(artefact);
    case 'trees':
      return thawTrees(artefact);
    case 'mlp':
    case 'graph':
      if (runtime === undefined) {
        throw new RankingError(
          'INVALID_MODEL',
          `A scorer of kind ${artefact.kind} computes with kernels; start a KernelRuntime and pass it.`,
        );
      }
      return thawNetwork(runtime, artefact as NetworkArtefact);
    default:
      throw new RankingError('INVALID_MODEL', `There is no scorer of kind ${(artefact as ScorerArtefact).kind}.`);
  }
}
