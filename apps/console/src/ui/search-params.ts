import * as z from 'zod';

/** What an address may hold; a part that is no good is left out, so that an old or mistyped address still shows something. */
export const text = z.string().min(1).optional().catch(undefined);
export const number = z.coerce.number().finite().optional().catch(undefined);
export const flag = z.boolean().optional().catch(undefined);
export const direction = z.enum(['ASC', 'DESC']).optional().catch(undefined);
export function oneOf<const Options extends readonly [string, ...string[]]>(options: Options) {
  return z.enum(options).optional().catch(undefined);
}
