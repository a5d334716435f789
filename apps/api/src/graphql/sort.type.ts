import { registerEnumType } from '@nestjs/graphql';

export const SortDirection = { ASC: 'asc', DESC: 'desc' } as const;
export type SortDirection = (typeof SortDirection)[keyof typeof SortDirection];
registerEnumType(SortDirection, { name: 'SortDirection' });

/** Described of every table's argument `sort`. */
export const NEWEST = 'Newest first where left out.';
