import { Worker } from 'node:worker_threads';
import { AppError } from '@edgelore/platform';
import type { ExperienceTask, RoundLesson } from '@edgelore/ranking';

export interface LessonQuestion {
  readonly tasks: readonly ExperienceTask[];
  readonly seed: string;
}

export type LessonAnswer =
  | { readonly kind: 'lesson'; readonly lesson: RoundLesson }
  | { readonly kind: 'refused'; readonly message: string };

/** Fits the score function of a round beside the event loop, which answers other requests meanwhile. */
export function lessonInThread(question: LessonQuestion): Promise<RoundLesson> {
  const thread = new Worker(new URL('./lesson.thread.js', import.meta.url), { workerData: question });
  return new Promise<RoundLesson>((resolve, reject) => {
    thread.on('message', (answer: LessonAnswer) => {
      if (answer.kind === 'lesson') resolve(answer.lesson);
      else reject(new AppError('INVALID_INPUT', answer.message));
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`The thread of the lesson ended with code ${code} and no answer.`)));
  }).finally(() => thread.terminate());
}
