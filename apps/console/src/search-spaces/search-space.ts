import * as z from 'zod';

const Value = z.union([z.string(), z.number(), z.boolean()]);
const Choices = z.record(z.string(), z.array(Value));
const SearchSpace = z.object({
  id: z.string(),
  dimensions: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      type: z.string(),
      values: z.array(Value),
      default: Value,
      description: z.string(),
    }),
  ),
  constraints: z.array(z.object({ where: Choices, allow: Choices, because: z.string() })),
});
export type SearchSpace = z.infer<typeof SearchSpace>;

export function parseSearchSpace(json: unknown): SearchSpace {
  return SearchSpace.parse(json);
}
