import { type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/** Compiled documents forget the default of a required variable (`$first: Int! = 20`), so defaults are filled in before. */
export function withDefaults(document: DocumentNode, variables: Variables | undefined): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...variables };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const { variable, defaultValue } of definition.variableDefinitions ?? []) {
      if (defaultValue === undefined || Object.hasOwn(filled, variable.name.value)) continue;
      filled[variable.name.value] = valueFromASTUntyped(defaultValue);
    }
  }
  return filled;
}
