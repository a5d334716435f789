import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DocumentNode, type FieldNode, Kind, type OperationDefinitionNode, parse, visit } from 'graphql';
import type { Seeded } from './seed.js';

const MANIFEST = fileURLToPath(new URL('../../../apps/console/dist/persisted-documents.json', import.meta.url));

/** A query as the console sends it. */
export interface Question {
  readonly name: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Variables = Question['variables'];

/** Orders and filters that a table's screen offers beside its first look. */
const VARIANTS: Readonly<Record<string, readonly (readonly [string, Variables])[]>> = {
  trials: [
    ...['SCORE', 'SECONDS', 'MACS', 'BYTES'].flatMap((field) =>
      ['ASC', 'DESC'].map(
        (direction) =>
          [`by ${field.toLowerCase()} ${direction.toLowerCase()}`, { sort: { field, direction } }] as const,
      ),
    ),
    ['failed', { filter: { state: 'FAILED' } }],
    ['of one value', { filter: { dimensions: [{ name: 'pyramid', values: ['none'] }] } }],
    [
      'of three values, by score',
      {
        filter: {
          dimensions: [
            { name: 'width', values: ['0.5'] },
            { name: 'block', values: ['inverted'] },
            { name: 'optimiser', values: ['sgd'] },
          ],
        },
        sort: { field: 'SCORE', direction: 'DESC' },
      },
    ],
    ['that fit, by score', { filter: { maxMacs: 2e7 }, sort: { field: 'SCORE', direction: 'DESC' } }],
    ['of a model version', { filter: { modelVersion: 7 } }],
    ['that nothing passes', { filter: { backend: 'none' } }],
  ],
  tasks: [
    ...['NAME', 'IMAGES', 'TRIALS', 'BEST_SCORE'].map(
      (field) => [`by ${field.toLowerCase()}`, { sort: { field, direction: 'DESC' } }] as const,
    ),
    ['searched', { filter: { search: '39' } }],
  ],
  recommendations: [
    ['by model version', { sort: { field: 'MODEL_VERSION', direction: 'DESC' } }],
    ['tried', { filter: { tried: true } }],
  ],
};

/** Every query of the console, with what it asks about in the seeded platform. */
export function questions(seeded: Seeded, file = MANIFEST): Question[] {
  const manifest: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));
  return Object.values(manifest).flatMap((document) => {
    const parsed = parse(document);
    const operation = parsed.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (operation?.operation !== 'query') return [];
    const name = operation.name?.value ?? 'query';
    const variables = variablesFor(parsed, operation, seeded);
    const takes = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
    const variants = rootFields(operation).flatMap((field) => VARIANTS[field.name.value] ?? []);
    const asked = variants.filter(([, changes]) => Object.keys(changes).every((variable) => takes.has(variable)));
    return [
      { name, document, variables },
      ...asked.map(([what, changes]) => ({
        name: `${name} ${what}`,
        document,
        variables: { ...variables, ...changes },
      })),
    ];
  });
}

/** The same table some pages on. */
export function nextPage(question: Question, answer: unknown): Question | null {
  const text = JSON.stringify(answer);
  const cursor = /"hasNextPage":true/.test(text) ? /"endCursor":"([^"]+)"/.exec(text)?.[1] : undefined;
  if (cursor === undefined || !question.document.includes('$after')) return null;
  return { ...question, variables: { ...question.variables, after: cursor } };
}

function rootFields({ selectionSet }: OperationDefinitionNode): FieldNode[] {
  return selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
}

/** Of each variable a value, by the field and the argument that it is passed to. */
function variablesFor(document: DocumentNode, operation: OperationDefinitionNode, seeded: Seeded): Variables {
  const known: Readonly<Record<string, unknown>> = {
    'task.id': seeded.taskId,
    'trial.id': seeded.trialIds[0],
    'recommendation.id': seeded.recommendationId,
    'searchSpaceCoverage.id': 'face-detector/1',
    'modelVersion.number': 2,
    'queueJobs.queue': 'training',
    'queueJobs.state': 'COMPLETED',
    'pareto.cost': 'MACS',
    'curves.trialIds': seeded.trialIds,
    first: 20,
    taskId: seeded.taskId,
    ids: seeded.trialIds,
  };
  const values: Record<string, unknown> = {};
  visit(document, {
    Field: (field) => {
      for (const argument of field.arguments ?? []) {
        visit(argument, {
          Variable: ({ name }) => {
            const place = `${field.name.value}.${argument.name.value}`;
            values[name.value] ??= known[place] ?? known[name.value] ?? known[argument.name.value];
          },
        });
      }
    },
  });
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const { value } = variable.name;
    if (values[value] === undefined && type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined) {
      throw new Error(
        `The benchmark knows no value for $${value} of ${operation.name?.value}; add one to bench/src/console/questions.ts.`,
      );
    }
  }
  return values;
}
