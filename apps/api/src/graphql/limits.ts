import { type ASTVisitor, GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';

export const MOST_TOKENS = 1000;
export const MOST_DEPTH = 8;
export const MOST_ALIASES = 15;
export const MOST_DIRECTIVES = 10;

/** Counts what can be repeated in one document to make many requests of one. */
export const limitRules: ValidationRule[] = [
  (context) =>
    countRule(context, MOST_ALIASES, 'aliases', (count) => ({ Field: (node) => (node.alias ? count() : undefined) })),
  (context) => countRule(context, MOST_DIRECTIVES, 'directives', (count) => ({ Directive: () => count() })),
  oneMutation,
];

function countRule(
  context: ValidationContext,
  most: number,
  what: string,
  visitor: (count: () => void) => ASTVisitor,
): ASTVisitor {
  let seen = 0;
  return visitor(() => {
    seen += 1;
    if (seen === most + 1) context.reportError(new GraphQLError(`A document may hold at most ${most} ${what}.`));
  });
}

/** Mutations do work; several in one request would pass limits that count requests. */
function oneMutation(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (node.operation !== 'mutation') return;
      const [only] = node.selectionSet.selections;
      if (node.selectionSet.selections.length > 1 || only?.kind !== 'Field') {
        context.reportError(new GraphQLError('A mutation document must call exactly one mutation.'));
      }
    },
  };
}
