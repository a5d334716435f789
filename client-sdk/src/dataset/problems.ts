const wordings = {
  'image-unreadable': 'unreadable images skipped',
  'image-too-large': 'oversized images skipped',
  'image-missing': 'annotated images that do not exist, skipped',
  'image-without-label': 'images without a label file, taken as images without faces',
  'size-differs': 'images whose size differs from the annotation, boxes scaled',
  'box-clipped': 'boxes clipped at the image border',
  'box-outside': 'boxes wholly outside their image dropped',
  'box-empty': 'boxes without area dropped',
} as const;

export type ProblemKind = keyof typeof wordings;

export interface ProblemSummary {
  readonly kind: ProblemKind;
  readonly count: number;
  /** One line for people. */
  readonly message: string;
  /** The first few places, `file` or `file: detail`. */
  readonly examples: readonly string[];
}

const keptExamples = 5;

/** Counts what was put right or left out; keeps only the first examples of each kind, so its size is bounded. */
export class ProblemLog {
  readonly #kinds = new Map<ProblemKind, { count: number; examples: string[] }>();

  add(kind: ProblemKind, example: string): void {
    const entry = this.#kinds.get(kind) ?? { count: 0, examples: [] };
    entry.count += 1;
    if (entry.examples.length < keptExamples) entry.examples.push(example);
    this.#kinds.set(kind, entry);
  }

  count(kind: ProblemKind): number {
    return this.#kinds.get(kind)?.count ?? 0;
  }

  examples(kind: ProblemKind): readonly string[] {
    return this.#kinds.get(kind)?.examples ?? [];
  }

  summary(): ProblemSummary[] {
    return [...this.#kinds].map(([kind, { count, examples }]) => ({
      kind,
      count,
      message: `${count} ${wordings[kind]}`,
      examples,
    }));
  }
}
