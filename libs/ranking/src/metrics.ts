export { kendallTau, spearman } from './metrics/correlation.js';
export { dcg, discount, gain, type NdcgOptions, ndcg } from './metrics/ndcg.js';
export { quantileOfSorted } from './metrics/quantile.js';
export { bestFoundRank, topKRegret } from './metrics/regret.js';
export { type RelevanceOptions, relevance } from './metrics/relevance.js';
