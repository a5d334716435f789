export {
  type Benchmark,
  type BenchmarkTarget,
  type BenchmarkTasks,
  readBenchmark,
} from './benchmark/benchmark.js';
export { type BenchmarkSpec, benchmarkFiles, parseBenchmarkSpec } from './benchmark/benchmark-spec.js';
export { searchRegret, TRIED, taskFolds, taskRegrets } from './benchmark/protocol.js';
export { type DimensionImportance, type ImportanceOptions, pedAnova } from './importance/ped-anova.js';
export { type LambdaRankOptions, lambdaRank } from './losses/lambdarank.js';
export { listMle } from './losses/list-mle.js';
export { type LossSpec, rankingLoss } from './losses/loss-spec.js';
export { pairwiseSoftmax } from './losses/pairwise-softmax.js';
export type { ListLoss, LossName, RankingLoss } from './losses/ranking-loss.js';
export { type RankNetOptions, rankNet } from './losses/ranknet.js';
export { type SquaredErrorOptions, squaredError } from './losses/squared-error.js';
export {
  bestFoundRank,
  dcg,
  discount,
  gain,
  kendallTau,
  type NdcgOptions,
  ndcg,
  quantileOfSorted,
  type RelevanceOptions,
  relevance,
  spearman,
  topKRegret,
} from './metrics.js';
export { RankingError, type RankingErrorCode } from './ranking.error.js';
export { type Belief, condition, type Observation } from './recommendation/belief.js';
export { LimitsTooTightError } from './recommendation/candidates.js';
export { Choices } from './recommendation/choices.js';
export { configurationFeatures } from './recommendation/configuration-features.js';
export { chooseStrategy, type ListQuality, listQuality, meanRegret } from './recommendation/evidence.js';
export {
  type ExperienceTask,
  experienceHash,
  type TaskTable,
  type Trial,
  taskTables,
} from './recommendation/experience.js';
export {
  type Driver,
  type ExpectedRegret,
  type Explanation,
  expectedRegret,
  explainRanking,
  type Worth,
} from './recommendation/explain.js';
export { type GateFold, type GateOptions, type GateVerdict, gate } from './recommendation/gate.js';
export { type LocalUpdateOptions, localUpdate, updatedExtractor } from './recommendation/local-update.js';
export { greedyPortfolio, type Neighbour, nearestTasks } from './recommendation/neighbours.js';
export { PastTasks, type TaskCandidates, VARIANCES } from './recommendation/past-tasks.js';
export { type RankedConfiguration, rank } from './recommendation/rank.js';
export { type RankInterval, rankIntervals } from './recommendation/rank-interval.js';
export { type Ranker, type ThawedMember, thawRanker } from './recommendation/ranker.js';
export {
  parseRanker,
  type RankerFold,
  type RankerMember,
  type RankerVersion,
  type ScorerTrial,
  type Strategy,
  type TaskEvidence,
} from './recommendation/ranker-version.js';
export {
  type Asked,
  type Recommendation,
  Recommender,
  type RecommenderOptions,
  type RecommendOptions,
  recommend,
} from './recommendation/recommend.js';
export { makeRoundLesson, parseRoundLesson, type RoundLesson } from './recommendation/round-lesson.js';
export {
  type ExtractorTraining,
  type ImagedTask,
  type JudgedQuality,
  judgeExtractor,
  ROUND_DEFAULTS,
  roundChanges,
  type SimulationOptions,
  simulateRounds,
} from './recommendation/simulate-rounds.js';
export { type TrainedModel, type TrainRankerOptions, trainRanker } from './recommendation/train-ranker.js';
export type { ProposedExtractor } from './recommendation/update-extractor.js';
export {
  type BilinearArtefact,
  fitBilinearScorer,
  thawBilinear,
  type ViewedList,
} from './scorers/bilinear/bilinear-scorer.js';
export type { BilinearOptions } from './scorers/bilinear/fit-bilinear.js';
export type { ScoreWeights } from './scorers/bilinear/score-network.js';
export { blend } from './scorers/blend.js';
export { type FlatFeatures, flatFeatures } from './scorers/flat-features.js';
export {
  fitNetworkScorer,
  type NetworkArtefact,
  type NetworkOptions,
  type NetworkScorer,
  type NetworkWeights,
  thawNetwork,
} from './scorers/network/network-scorer.js';
export type { FitOptions, Graphs, Items, LabelledList, Scorer, ScorerArtefact, ScorerKind } from './scorers/scorer.js';
export { thawScorer } from './scorers/thaw-scorer.js';
export { fitTrees, type TrainingList, type TrainingRows, type TreeOptions } from './scorers/trees/fit-trees.js';
export type { TreeEnsemble, TreeTables } from './scorers/trees/tree-ensemble.js';
export { fitTreeScorer, type TreeArtefact, thawTrees } from './scorers/trees/tree-scorer.js';
export { randomSearch, regularisedEvolution } from './search/baselines.js';
export { type Candidates, evolvedSpace, type OpenSpace, wholeSpace } from './search/candidates.js';
export { type RankedSearchOptions, rankedSearch } from './search/ranked-search.js';
export type { Search, Told } from './search/search.js';
export {
  type PretrainOptions,
  pretrainNetwork,
  type WeakLabels,
  type WeakList,
} from './weak-labels/pretrain-network.js';
export { trustedStart } from './weak-labels/trusted-start.js';
