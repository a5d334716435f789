import type { TaskQuery } from '../graphql/generated/graphql.js';

/** A task as its screen knows it. */
export type ShownTask = Exclude<TaskQuery['task'], { __typename: 'Failure' }>;
