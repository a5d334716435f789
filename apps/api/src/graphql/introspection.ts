import { AppError } from '@edgelore/platform';
import { BREAK, type DocumentNode, visit } from 'graphql';
import type { GraphqlContext } from '../access/request.js';

const known = new WeakMap<DocumentNode, boolean>();

/** The schema is for operators to look at; clients have its file. */
export function operatorsMayIntrospect(document: DocumentNode, context: Pick<GraphqlContext, 'caller'>): void {
  if (context.caller?.actor.kind !== 'operator' && introspects(document)) {
    throw new AppError('FORBIDDEN', 'Only operators may ask for the schema; it is in schema.graphql.');
  }
}

function introspects(document: DocumentNode): boolean {
  let answer = known.get(document);
  if (answer === undefined) {
    answer = false;
    visit(document, {
      Field({ name }) {
        if (name.value !== '__schema' && name.value !== '__type') return;
        answer = true;
        return BREAK;
      },
    });
    known.set(document, answer);
  }
  return answer;
}

/** Mercurius would also take a document that is written as a JSON syntax tree, which no limit on tokens sees. */
export function refuseSyntaxTrees(source: string): void {
  if (/^\s*[{[]\s*"/.test(source)) throw new AppError('INVALID_INPUT', 'Write the document in the GraphQL language.');
}
