import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJobs, type JobHandler, matchHandlers } from './job-table.js';

const jobs = defineJobs({
  one: { queue: 'maintenance', payload: z.object({ id: z.uuid() }) },
  two: { queue: 'training', payload: z.object({}), coalesce: 'two' },
});
const handler = (job: string): JobHandler => ({ job, handle: async () => undefined });

describe('matchHandlers', () => {
  it('gives each job its handler', () => {
    const handlers = [handler('two'), handler('one')];
    expect(matchHandlers(jobs, handlers).get('one')).toBe(handlers[1]);
  });

  it.each([
    ['a job without a handler', [handler('one')], 'No handler for the job two.'],
    ['a job with two', [handler('one'), handler('two'), handler('two')], 'The job two has two handlers.'],
    ['a handler without a job', [handler('one'), handler('two'), handler('three')], 'No job is called three.'],
  ])('stops the boot at %s', (_, handlers, message) => {
    expect(() => matchHandlers(jobs, handlers)).toThrow(expect.objectContaining({ code: 'JOBS_MISWIRED', message }));
  });
});
