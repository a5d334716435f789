import { createHash } from 'node:crypto';
import { type Configuration, configurationId, faceDetectorSpace, parseConfiguration } from '@edgelore/search-space';
import type { PlatformTrial } from '../platform/answers.js';
import type { Limits } from '../platform/platform-client.js';
import type { CurvePoint } from './advise-stop.js';
import { type RecommendedTask, recommendFor, type SubmitOptions, submitTask } from './run-cycle.js';
import { TaskFolder } from './task-folder.js';

export interface OwnedTaskOptions extends Omit<SubmitOptions, 'progress'> {
  /** Folder in which this machine remembers its tasks. */
  readonly home: string;
  /** Where progress is shown; nowhere when left out. */
  readonly progress?: SubmitOptions['progress'];
}

/** What a training reached, however it was trained. */
export interface Outcome {
  readonly configuration: Configuration;
  /** Average precision at IoU 0.5 on images that training did not see, 0 to 1. */
  readonly ap50: number;
  readonly seconds: number;
  readonly steps?: number | null | undefined;
  /** By rising step, at most 1,000 points. */
  readonly curve?: readonly CurvePoint[];
  /** What computed it, up to 50 characters; "external" when left out. */
  readonly backend?: string;
}

const SILENT: SubmitOptions['progress'] = { line: () => {}, progress: () => ({ update: () => {}, end: () => {} }) };

/**
 * One dataset's task, for a loop of one's own: ask for configurations, train them anyhow, tell what they reached. docs/sdk.md shows such a loop.
 */
export class OwnedTask {
  private constructor(
    private readonly options: SubmitOptions,
    private readonly memory: TaskFolder,
  ) {}

  /** Nothing is described or sent yet. @throws ClientError DISK_FULL, NOT_WRITABLE, RUN_DAMAGED, IMAGE_UNREADABLE. */
  static async open({ home, progress = SILENT, ...options }: OwnedTaskOptions): Promise<OwnedTask> {
    return new OwnedTask({ ...options, progress }, await TaskFolder.open(home, options.dataset));
  }

  /**
   * Configurations to try, best first, by what the platform knows now. The first call describes the dataset.
   * @throws ClientError as `PlatformClient` and `describeDataset` do.
   */
  recommend({
    count,
    limits = {},
  }: {
    readonly count?: number;
    readonly limits?: Limits;
  } = {}): Promise<RecommendedTask> {
    return recommendFor({ ...this.options, limits, count }, this.memory);
  }

  /**
   * Tells what a configuration reached. Its key is derived from the contents, so the same outcome told twice counts once.
   * @throws InvalidConfigurationError; ClientError PLATFORM_REFUSED for figures out of range.
   */
  async report(outcome: Outcome): Promise<PlatformTrial> {
    const [trial] = await this.reportAll([outcome]);
    return trial as PlatformTrial;
  }

  /** The same for several, all of which are checked before the first is sent. */
  async reportAll(outcomes: readonly Outcome[], onProgress?: (done: number) => void): Promise<PlatformTrial[]> {
    const contents = outcomes.map((outcome) => ({
      configuration: parseConfiguration(faceDetectorSpace, outcome.configuration),
      score: outcome.ap50,
      seconds: outcome.seconds,
      steps: outcome.steps ?? null,
      backend: outcome.backend ?? 'external',
      curve: (outcome.curve ?? []).map(({ step, ap50 }) => ({ step, score: ap50 })),
    }));
    const { taskId } = await submitTask(this.options, this.memory);
    const trials: PlatformTrial[] = [];
    for (const content of contents) {
      const reportId = this.keyOf(content);
      trials.push(await this.options.client.reportTrial({ taskId, reportId, ...content }));
      onProgress?.(trials.length);
    }
    return trials;
  }

  private keyOf({ configuration, ...measured }: { readonly configuration: Configuration }): string {
    const content = JSON.stringify([this.memory.clientKey, configurationId(configuration), measured]);
    return createHash('sha256').update(content).digest('hex').slice(0, 32);
  }
}
