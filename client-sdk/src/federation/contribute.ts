import { setTimeout as sleep } from 'node:timers/promises';
import { DescriptorError, EXTRACTOR_PARAMETERS, parseExtractor } from '@edgelore/descriptors';
import { AggregationClient, type ClientMessage, clipToNorm, FederationError, type Step } from '@edgelore/federation';
import { localUpdate, parseRoundLesson, RankingError } from '@edgelore/ranking';
import { faceDetectorSpace, InvalidConfigurationError, parseConfiguration } from '@edgelore/search-space';
import { type SubmitOptions, submitTask } from '../cycle/run-cycle.js';
import { TaskFolder } from '../cycle/task-folder.js';
import { BadImages } from '../dataset/bad-images.js';
import { ProblemLog } from '../dataset/problems.js';
import { baseDescriptors } from '../describe/base-descriptors.js';
import { ClientError, throwIfAborted } from '../errors/client.error.js';
import type { JoinedRound, PlatformRound } from './round-answers.js';

const POLL_MS = 500;

export interface ContributeOptions extends Omit<SubmitOptions, 'guarantee'> {
  /** Folder in which this machine remembers its tasks. */
  readonly home: string;
  /**
   * Last word on what is contributed, after clipping and before masking: noise, for one. The sum leaves without a guarantee where none is given, and the
   * privacy ledger says so.
   */
  readonly protect?: (change: Float64Array) => Float64Array;
}

/** What this machine gave to a round. */
export interface Contribution {
  readonly round: string;
  readonly seat: number;
  readonly images: number;
  readonly trials: number;
  /** Numbers in the masked contribution. */
  readonly numbers: number;
  /** Norm of the change before and after clipping. */
  readonly norm: { readonly trained: number; readonly clipped: number };
  /** Every message that left this machine in the round, and its bytes on the wire. */
  readonly sent: readonly { readonly step: Step; readonly bytes: number }[];
  /** Owners whose contributions are in the sum. */
  readonly contributors: number;
}

/**
 * Takes part in the round that the platform has open, from joining to the sum: trains the extractor on this machine's images and trials, and sends what that
 * changes under masks that only cancel in the sum with the other owners' (docs/adr/0013). Images and single changes never leave.
 *
 * @throws ClientError ROUND_OVER where no round is open, or the round ends without this client; PRIVACY_SPENT where pictures of this dataset left with a
 * guarantee before and `protect` is not given; INTERRUPTED, which drops this client out of the round; and as `submitTask` does.
 */
export async function contribute(options: ContributeOptions): Promise<Contribution> {
  const { client, dataset, home, progress, protect } = options;
  const open = (await client.rounds()).nodes.find(({ state }) => state === 'KEYS');
  if (open === undefined) throw over(dataset.root, 'no round is open to join');
  const memory = await TaskFolder.open(home, dataset);
  const { taskId } = await submitTask(options, memory);
  if (protect === undefined) await memory.chargeUnprotected('part in a round');
  return withoutLibraryErrors(dataset.root, async () => {
    const joined = await client.joinRound({ roundId: open.id, taskId });
    const { plan, seat } = joined;
    if (plan.length !== EXTRACTOR_PARAMETERS) throw over(dataset.root, 'the round is about another extractor');
    const party = new Party(options, joined, await AggregationClient.join(plan, seat));
    await party.send(party.aggregation.keys());
    const { change, images, trials } = await trainLocally(options, memory, joined);
    const clipped = clipToNorm(change, plan.bound);
    const contribution = (protect?.(clipped) ?? clipped).map((value) =>
      Math.min(plan.bound, Math.max(-plan.bound, value)),
    );
    await party.send(await party.aggregation.shares(await party.answerAfter('KEYS')));
    await party.send(await party.aggregation.input(await party.answerAfter('SHARES'), contribution));
    await party.send(await party.aggregation.unmask(await party.answerAfter('INPUT')));
    const { contributors, id } = await party.roundAfter('UNMASK');
    progress.line(`the sum of ${contributors} owners is known, and nothing else`);
    return {
      round: id,
      seat,
      images,
      trials,
      numbers: plan.length,
      norm: { trained: Math.hypot(...change), clipped: Math.hypot(...clipped) },
      sent: party.sent,
      contributors: contributors ?? 0,
    };
  });
}

/** This machine's side of the talk with the platform. */
class Party {
  readonly sent: { readonly step: Step; readonly bytes: number }[] = [];

  constructor(
    private readonly options: ContributeOptions,
    private readonly joined: JoinedRound,
    readonly aggregation: AggregationClient,
  ) {}

  async send(message: ClientMessage): Promise<void> {
    const { client, progress } = this.options;
    const before = client.bytesSent;
    await client.sendRoundMessage({ roundId: this.joined.round.id, message });
    const bytes = client.bytesSent - before;
    this.sent.push({ step: message.step, bytes });
    progress.line(`sent ${message.step}: ${bytes} bytes`);
  }

  /** What the platform answers once the step is over. */
  async answerAfter(step: PlatformRound['state']): Promise<unknown> {
    await this.roundAfter(step);
    return (await this.options.client.roundAnswer(this.joined.round.id)).answer;
  }

  async roundAfter(step: PlatformRound['state']): Promise<PlatformRound> {
    const { client, dataset, signal } = this.options;
    for (;;) {
      throwIfAborted(signal, dataset.root);
      const round = await client.round(this.joined.round.id);
      if (round.state === 'ABORTED') throw over(dataset.root, round.reason ?? 'the round ended without a sum');
      if (round.state !== step) return round;
      await sleep(POLL_MS);
    }
  }
}

async function trainLocally(options: ContributeOptions, memory: TaskFolder, joined: JoinedRound) {
  const { dataset, progress, signal } = options;
  const bar = progress.progress('describe', 'images');
  const base: Float32Array[] = [];
  const described = baseDescriptors(dataset, {
    bad: new BadImages(dataset.items.length, new ProblemLog()),
    openJournal: memory.openJournal,
    onProgress: (done, total) => bar.update(done, total),
    ...(signal && { signal }),
  });
  for await (const image of described) base.push(image.base);
  bar.end(`${base.length} images`);
  const trials = joined.trials.map(({ configuration, score }) => ({
    configuration: parseConfiguration(faceDetectorSpace, configuration),
    score,
  }));
  const change = localUpdate({
    extractor: parseExtractor(joined.extractor),
    lesson: parseRoundLesson(joined.lesson),
    base,
    trials,
    seed: joined.plan.round,
    steps: joined.round.steps,
  });
  return { change, images: base.length, trials: trials.length };
}

async function withoutLibraryErrors<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (
      error instanceof FederationError ||
      error instanceof RankingError ||
      error instanceof DescriptorError ||
      error instanceof InvalidConfigurationError
    ) {
      throw over(file, error.message, error);
    }
    throw error;
  }
}

function over(file: string, problem: string, cause?: unknown): ClientError {
  return new ClientError('ROUND_OVER', {
    file,
    problem: problem.replace(/\.$/, ''),
    remedy: 'Take part in the next round',
    ...(cause !== undefined && { cause }),
  });
}
