import type { DatasetFormat, DescribedDataset, GivenFile, ReadDatasetOptions } from '@edgelore/client/browser';

/** What the page asks of the worker; files stay in the browser, they are only handed on. */
export interface DescribeOrder {
  /** Of the folder, for messages. */
  readonly name: string;
  readonly files: readonly GivenFile[];
  readonly options: ReadDatasetOptions;
  /** As the platform gave it. */
  readonly extractor: unknown;
}

export interface Described extends DescribedDataset {
  readonly format: DatasetFormat;
}

/** An expected failure as the client's libraries tell it. */
export interface DescribeFailure {
  readonly code: string;
  readonly message: string;
}

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'described'; readonly described: Described }
  | { readonly kind: 'failed'; readonly failure: DescribeFailure };
