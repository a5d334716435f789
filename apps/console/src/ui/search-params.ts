import * as z from 'zod/mini';

/** What an address may hold; a part that is no good is left out, so that an old or mistyped address still shows something. */
export function ifGood<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.catch(z.optional(schema), undefined);
}

export const text = ifGood(z.string().check(z.minLength(1)));
export const number = ifGood(z.number());
export const flag = ifGood(z.boolean());
export const direction = ifGood(z.enum(['ASC', 'DESC']));
export function oneOf<const Options extends readonly [string, ...string[]]>(options: Options) {
  return ifGood(z.enum(options));
}
