import { AppError, type Change, ChangeFeed, Mailbox, type RequestContext, requirePermission } from '@edgelore/platform';
import { Injectable } from '@nestjs/common';
import { ModelVersionsService } from '../model-versions/model-versions.service.js';
import { QueuesService } from '../queues/queues.service.js';
import { TasksService } from '../tasks/tasks.service.js';
import { TrainingService } from '../training/training.service.js';
import { TrialsService } from '../trials/trials.service.js';
import type { LiveEvent, LiveKind, LiveRequest } from './live.types.js';

/** Queues may live outside the database, which then says nothing of them: they are looked at this often. */
const QUEUES_MS = 1_000;

/** Follows what happens, whichever process does it. Every event is read by the query's own service, so that nobody sees more here than there. */
@Injectable()
export class LiveService {
  constructor(
    private readonly feed: ChangeFeed,
    private readonly training: TrainingService,
    private readonly models: ModelVersionsService,
    private readonly tasks: TasksService,
    private readonly trials: TrialsService,
    private readonly queues: QueuesService,
  ) {}

  /** State first (training, queues), then everything that changes, until the signal aborts. */
  async follow(ctx: RequestContext, request: LiveRequest, signal: AbortSignal): Promise<AsyncGenerator<LiveEvent>> {
    const kinds = kindsFor(ctx, request.of ?? null);
    const taskId = request.taskId ?? null;
    if (taskId !== null) await this.tasks.get(ctx, taskId);
    return this.events(ctx, kinds, taskId, signal);
  }

  private async *events(
    ctx: RequestContext,
    kinds: ReadonlySet<LiveKind>,
    taskId: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<LiveEvent> {
    const mailbox = new Mailbox<Change | 'start' | 'tick'>(signal);
    await this.feed.listen((change) => mailbox.put(change), signal);
    mailbox.put('start');
    if (kinds.has('queues')) {
      const timer = setInterval(() => mailbox.put('tick'), QUEUES_MS);
      signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    }
    const shown = new Map<LiveKind, string>();
    for await (const change of mailbox) {
      for (const kind of kinds) {
        const event = await this.read(ctx, kind, change, taskId);
        if (event !== null && isNews(shown, event)) yield event;
      }
    }
  }

  private async read(
    ctx: RequestContext,
    kind: LiveKind,
    change: Change | 'start' | 'tick',
    taskId: string | null,
  ): Promise<LiveEvent | null> {
    const all = change === 'start' || (change !== 'tick' && change.kind === 'gap');
    const row = change !== 'start' && change !== 'tick' && change.kind === 'row' ? change : null;
    switch (kind) {
      case 'training':
        if (!all && row?.table !== 'training_runs' && row?.table !== 'outbox_events') return null;
        return { kind, status: await this.training.status(ctx) };
      case 'queues':
        if (row !== null) return null;
        return { kind, queues: await this.queues.list(ctx) };
      case 'models':
        if (row?.table !== 'model_versions') return null;
        return { kind, version: await this.models.byId(ctx, row.id) };
      case 'trials':
        if (row?.table !== 'trials' || (taskId !== null && row.taskId !== taskId)) return null;
        if (ctx.organisationId !== null && row.organisationId !== ctx.organisationId) return null;
        return { kind, trial: await this.trials.get(ctx, row.id) };
    }
  }
}

const visible: Readonly<Record<LiveKind, 'model:read' | 'task:read' | 'model:manage'>> = {
  training: 'model:read',
  models: 'model:read',
  trials: 'task:read',
  queues: 'model:manage',
};
const everything = Object.keys(visible) as LiveKind[];

function kindsFor(ctx: RequestContext, asked: readonly LiveKind[] | null): ReadonlySet<LiveKind> {
  if (asked === null) return new Set(everything.filter((kind) => ctx.permissions.has(visible[kind])));
  if (asked.length === 0)
    throw new AppError('INVALID_INPUT', 'Name something to follow, or leave `of` out.', { field: 'of' });
  for (const kind of asked) requirePermission(ctx, visible[kind]);
  return new Set(asked);
}

/** State that reads as it did when it was last sent is no news. */
function isNews(shown: Map<LiveKind, string>, event: LiveEvent): boolean {
  if (event.kind !== 'training' && event.kind !== 'queues') return true;
  const text = JSON.stringify(event);
  if (shown.get(event.kind) === text) return false;
  shown.set(event.kind, text);
  return true;
}
