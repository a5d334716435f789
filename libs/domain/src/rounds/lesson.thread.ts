import { parentPort, workerData } from 'node:worker_threads';
import { makeRoundLesson, RankingError } from '@edgelore/ranking';
import type { LessonAnswer, LessonQuestion } from './lesson-in-thread.js';

function answer(question: LessonQuestion): LessonAnswer {
  try {
    return { kind: 'lesson', lesson: makeRoundLesson(question) };
  } catch (error) {
    if (error instanceof RankingError) return { kind: 'refused', message: error.message };
    throw error;
  }
}

parentPort?.postMessage(answer(workerData as LessonQuestion));
