import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { dimensionText, valuesOf, valueText } from '../format/configuration.js';
import { count, figure, short } from '../format/numbers.js';
import { plural } from '../format/words.js';
import {
  SearchSpacesDocument,
  type SearchSpacesQuery,
  SpaceCoverageDocument,
  type SpaceCoverageQuery,
} from '../graphql/generated/graphql.js';
import { isRefusal } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Card } from '../ui/card.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Page } from '../ui/page.js';
import { styles } from '../ui/styles.js';

type Space = SearchSpacesQuery['searchSpaces'][number];
type Dimension = Space['dimensions'][number];
type Coverage = Extract<SpaceCoverageQuery['searchSpaceCoverage'], { __typename: 'SpaceCoverage' }>;
type Tried = Coverage['dimensions'][number]['values'][number];

const nothing = {};

export function SearchSpacesScreen() {
  return (
    <Page
      title="Search spaces"
      note="What a configuration may be, what does not go together, and how much of it was tried."
    >
      <Await of={useScreen(SearchSpacesDocument, nothing)} lines={8}>
        {({ searchSpaces }) =>
          searchSpaces.map((space, at) => <SpaceCards key={space.id} space={space} current={at === 0} />)
        }
      </Await>
    </Page>
  );
}

function SpaceCards({ space, current }: { space: Space; current: boolean }) {
  const variables = useMemo(() => ({ id: space.id }), [space.id]);
  const { data } = useScreen(SpaceCoverageDocument, variables, { live: ['trials'] });
  const coverage = data && !isRefusal(data.searchSpaceCoverage) ? data.searchSpaceCoverage : undefined;
  const tried = new Map(
    coverage?.dimensions.map(({ name, values }) => [
      name,
      new Map(values.map((value) => [valueText(value.value), value])),
    ]),
  );
  const columns: readonly Column<Dimension>[] = [
    {
      id: 'name',
      header: 'Dimension',
      cell: ({ name }) => <strong className="font-medium">{dimensionText(name)}</strong>,
    },
    { id: 'kind', header: 'Kind', cell: ({ kind }) => kind },
    {
      id: 'values',
      header: 'Values with their trials; the default is filled',
      cell: (dimension) => (
        <span className="flex flex-wrap gap-1 whitespace-normal">
          {valuesOf(dimension.values).map((value) => (
            <Value
              key={valueText(value)}
              dimension={dimension}
              text={valueText(value)}
              tried={tried.get(dimension.name)?.get(valueText(value))}
            />
          ))}
        </span>
      ),
    },
    {
      id: 'description',
      header: 'What it is',
      cell: ({ description }) => <span className="whitespace-normal text-quiet">{description}</span>,
    },
  ];
  return (
    <>
      <Card
        title={space.id}
        note={`${current ? 'Current version. ' : ''}${plural(space.dimensions.length, 'dimension')}, ${short(space.size)} configurations${coverage ? `, ${count(coverage.configurations)} of them tried in ${plural(coverage.trials, 'trial')}` : ''}.`}
        flush
      >
        <DataTable
          label={`Dimensions of ${space.id}`}
          columns={columns}
          rows={space.dimensions}
          rowId={({ name }) => name}
        />
      </Card>
      <Card title="Constraints" note="Combinations that are left out, and why.">
        <ul className="flex flex-col gap-2">
          {space.constraints.map(({ where, allow, because }) => (
            <li key={because}>
              Where {inWords(where)}: only {inWords(allow)}. <span className="text-quiet">{because}</span>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}

/** Links to the trials behind it. */
function Value({ dimension, text, tried }: { dimension: Dimension; text: string; tried: Tried | undefined }) {
  const isDefault = text === valueText(dimension.default);
  return (
    <Link
      to="/trials"
      search={{ where: `${dimension.name}=${text}` }}
      title={
        tried && tried.trials > 0
          ? `${plural(tried.trials, 'trial')}, best AP50 ${figure(tried.bestScore)}, mean ${figure(tried.meanScore)}`
          : 'not tried'
      }
      className={styles(
        'rounded-md border px-1.5 hover:border-accent',
        isDefault ? 'border-accent bg-accent-soft font-medium text-accent' : 'border-line',
      )}
    >
      {text}
      {tried && <sub className="ml-1 font-normal text-quiet">{tried.trials}</sub>}
    </Link>
  );
}

const Choices = z.record(z.string(), z.unknown());

function inWords(json: unknown): string {
  return Object.entries(Choices.parse(json))
    .map(([name, values]) => `${dimensionText(name)} is ${valuesOf(values).map(valueText).join(' or ')}`)
    .join(' and ');
}
