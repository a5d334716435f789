import type { LossSpec, NetworkOptions, TreeOptions } from '@edgelore/ranking';

/** How a search proposes what to train. Plain JSON: figures are kept under it, and change with it. */
export type SearchMethod = NetworkMethod | TreeMethod | EvolutionMethod | LightgbmMethod | { readonly kind: 'random' };

/** Rounds under a network: of graphs, or of flat features where there are none or `flat` says so. */
export interface NetworkMethod {
  readonly kind: 'network';
  /** Where there are several, a network for each, scores averaged. */
  readonly losses: readonly LossSpec[];
  readonly network: NetworkOptions;
  readonly flat?: boolean;
  /** Cheap labels as features, each by its rank. */
  readonly weakFeatures?: boolean;
  /** Training on the cheap labels beforehand, on a share of the space; the first label's output is kept. */
  readonly pretraining?: NetworkOptions & { readonly share: number };
  /** Whether what was pre-trained is a start only while it agrees with what was measured. */
  readonly gate?: boolean;
  /** Share of a later round that goes to the best-scored. Default 0.5. */
  readonly topShare?: number;
}

/** Rounds under boosted trees on flat features. */
export interface TreeMethod {
  readonly kind: 'trees';
  readonly loss: LossSpec;
  readonly trees: TreeOptions;
  readonly weakFeatures?: boolean;
}

export interface EvolutionMethod {
  readonly kind: 'evolution';
  readonly population: number;
  readonly sample: number;
}

/** The peer, in rounds of the same kind. */
export interface LightgbmMethod {
  readonly kind: 'lightgbm';
  readonly trees: number;
  readonly leaves: number;
  readonly learningRate: number;
  readonly minLeafRows: number;
  /** Labels become this many grades above 0; LightGBM knows only whole ones. */
  readonly grades: number;
  readonly weakFeatures?: boolean;
}

/** How the configurations of a task that has no trials yet are ranked. */
export type TaskMethod =
  | { readonly kind: 'network'; readonly loss: LossSpec; readonly network: NetworkOptions }
  | { readonly kind: 'trees'; readonly loss: LossSpec; readonly trees: TreeOptions }
  | {
      /** Scorers of other seeds; the first few are chosen so that their best is expected to be high, by what each scorer says. */
      readonly kind: 'portfolio';
      readonly of: TaskMethod;
      readonly members: number;
    }
  | { readonly kind: 'nearest'; readonly tasks: number }
  | { readonly kind: 'average' }
  | { readonly kind: 'random' };

const LAMBDARANK: LossSpec = { name: 'lambdarank', relevance: { scale: 10 } };
const SQUARED_ERROR: LossSpec = { name: 'squared-error' };
const TOP_SQUARED_ERROR: LossSpec = { name: 'squared-error', resolution: 0.05 };
const RANKER: NetworkMethod = {
  kind: 'network',
  losses: [LAMBDARANK],
  network: { layers: 3, width: 32, embedding: 64, hidden: 64, members: 1, epochs: 50, rate: 0.005 },
};
const PRETRAINING: NonNullable<NetworkMethod['pretraining']> = {
  share: 0.2,
  epochs: 30,
  rate: 0.003,
  batch: 100,
  weightDecay: 0,
};
const TREES: TreeMethod = {
  kind: 'trees',
  loss: { name: 'lambdarank', truncation: 30, normalise: true },
  trees: { trees: 100, leaves: 8, learningRate: 0.1, minLeafRows: 3 },
};
const LIGHTGBM: LightgbmMethod = {
  kind: 'lightgbm',
  trees: 100,
  leaves: 8,
  learningRate: 0.1,
  minLeafRows: 3,
  grades: 30,
};

export const SEARCH_METHODS: Readonly<Record<string, SearchMethod>> = {
  ours: { ...RANKER, losses: [TOP_SQUARED_ERROR], pretraining: PRETRAINING, gate: true },
  graph: RANKER,
  'graph-mse': { ...RANKER, losses: [SQUARED_ERROR] },
  trees: TREES,
  'trees+weak': { ...TREES, weakFeatures: true },
  mlp: { ...RANKER, flat: true },
  evolution: { kind: 'evolution', population: 20, sample: 5 },
  random: { kind: 'random' },
  lightgbm: LIGHTGBM,
  'lightgbm+weak': { ...LIGHTGBM, weakFeatures: true },
};

export const TASK_NETWORK: Extract<TaskMethod, { kind: 'network' }> = {
  kind: 'network',
  loss: { name: 'squared-error', resolution: 0.01 },
  network: { epochs: 30, rate: 0.003, batch: 400, weightDecay: 0.01 },
};
const TASK_TREES: TaskMethod = {
  kind: 'trees',
  loss: { name: 'lambdarank' },
  trees: { trees: 100, leaves: 31, learningRate: 0.1 },
};

export const TASK_METHODS: Readonly<Record<string, TaskMethod>> = {
  ours: { kind: 'portfolio', of: TASK_NETWORK, members: 8 },
  mlp: TASK_NETWORK,
  trees: TASK_TREES,
  nearest: { kind: 'nearest', tasks: 10 },
  average: { kind: 'average' },
  random: { kind: 'random' },
};

/** Searches of a task that is foreign to the prior, which stands in for cheap labels. */
export const PRIOR_METHODS: Readonly<Record<string, SearchMethod>> = {
  'no prior': RANKER,
  prior: { ...RANKER, pretraining: { ...PRETRAINING, share: 1 } },
  'prior behind the gate': { ...RANKER, pretraining: { ...PRETRAINING, share: 1 }, gate: true },
};

/** What the ablation takes apart: every loss, with and without pre-training, in one round and in five. */
export const ABLATION = {
  losses: {
    'lambdarank, predicted positions': [LAMBDARANK],
    'lambdarank, positions by labels ascending': [{ ...LAMBDARANK, positions: 'labels-ascending' }],
    ranknet: [{ name: 'ranknet' }],
    'pairwise softmax': [{ name: 'pairwise-softmax' }],
    'list-mle': [{ name: 'list-mle' }],
    'squared error': [SQUARED_ERROR],
    'squared error, close at the top': [TOP_SQUARED_ERROR],
    'lambdarank and squared error': [LAMBDARANK, SQUARED_ERROR],
  } satisfies Record<string, readonly LossSpec[]>,
  rounds: [1, 5],
  ranker: RANKER,
  pretraining: PRETRAINING,
} as const;
