import { Worker } from 'node:worker_threads';
import { AppError } from '@edgelore/platform';
import type { Asked, ExperienceTask, Explanation, RankerVersion, Recommendation } from '@edgelore/ranking';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** What answers are based on: it changes seldom, and is sent only then. */
export interface RankingKnowledge {
  readonly ranker: RankerVersion | null;
  readonly experience: readonly ExperienceTask[];
  readonly seed: string;
}

/** A recommended configuration, and why it stands where it stands. */
export interface Explained extends Recommendation {
  readonly explanation: Explanation;
}

export interface RankingQuestion {
  readonly id: number;
  /** Absent where it is that of the question before. */
  readonly knowledge?: RankingKnowledge;
  readonly asked: Asked;
}

export type RankingAnswer =
  | { readonly id: number; readonly kind: 'ranked'; readonly ranked: readonly Explained[] }
  | { readonly id: number; readonly kind: 'refused'; readonly message: string }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };

interface Waiting {
  readonly resolve: (ranked: readonly Explained[]) => void;
  readonly reject: (error: Error) => void;
}

/** Scores ten thousand configurations beside the event loop, which answers other requests meanwhile. One thread, started when it is first needed. */
@Injectable()
export class RankingThread implements OnApplicationShutdown {
  private thread: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;
  private known: RankingKnowledge | undefined;

  rank(knowledge: RankingKnowledge, asked: Asked): Promise<readonly Explained[]> {
    this.thread ??= this.start();
    const { thread, known } = this;
    this.asked += 1;
    const question: RankingQuestion = { id: this.asked, asked, ...(!isSame(known, knowledge) && { knowledge }) };
    this.known = knowledge;
    return new Promise((resolve, reject) => {
      this.waiting.set(question.id, { resolve, reject });
      thread.postMessage(question);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread?.terminate();
  }

  private start(): Worker {
    const thread = new Worker(new URL('./ranking.thread.js', import.meta.url));
    thread.on('message', (answer: RankingAnswer) => this.settle(answer));
    const end = (error: Error) => {
      this.thread = undefined;
      this.known = undefined;
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    };
    thread.on('error', end);
    thread.on('exit', () => end(new AppError('UNAVAILABLE', 'The thread that ranks has ended.')));
    return thread;
  }

  private settle(answer: RankingAnswer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (answer.kind === 'ranked') waiting?.resolve(answer.ranked);
    else if (answer.kind === 'refused')
      waiting?.reject(new AppError('INVALID_INPUT', answer.message, { field: 'limits' }));
    else waiting?.reject(new Error(answer.message));
  }
}

function isSame(one: RankingKnowledge | undefined, other: RankingKnowledge): boolean {
  return one?.ranker === other.ranker && one.experience === other.experience && one.seed === other.seed;
}
