import { dimensionText, valueText } from '../format/configuration.js';
import { plural } from '../format/words.js';
import { SearchSpaceDocument } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Card } from '../ui/card.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Page } from '../ui/page.js';
import { styles } from '../ui/styles.js';
import { parseSearchSpace, type SearchSpace } from './search-space.js';

type Dimension = SearchSpace['dimensions'][number];

const nothing = {};

const columns: readonly Column<Dimension>[] = [
  {
    id: 'name',
    header: 'Dimension',
    cell: ({ name }) => <strong className="font-medium">{dimensionText(name)}</strong>,
  },
  { id: 'kind', header: 'Kind', cell: ({ kind }) => kind },
  {
    id: 'values',
    header: 'Values, the default filled',
    cell: (dimension) => (
      <span className="flex flex-wrap gap-1">
        {dimension.values.map((value) => (
          <span
            key={valueText(value)}
            className={styles(
              'rounded-md border px-1.5',
              value === dimension.default ? 'border-accent bg-accent-soft font-medium text-accent' : 'border-line',
            )}
          >
            {valueText(value)}
          </span>
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

export function SearchSpacesScreen() {
  return (
    <Page
      title="Search spaces"
      note="What a configuration may be: architecture and training, and what does not go together."
    >
      <Await of={useScreen(SearchSpaceDocument, nothing)} lines={8}>
        {({ searchSpace }) => <Space space={parseSearchSpace(searchSpace)} />}
      </Await>
    </Page>
  );
}

function Space({ space }: { space: SearchSpace }) {
  return (
    <>
      <Card title={space.id} note={`${plural(space.dimensions.length, 'dimension')}, current version.`} flush>
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

function inWords(choices: SearchSpace['constraints'][number]['where']): string {
  return Object.entries(choices)
    .map(([name, values]) => `${dimensionText(name)} is ${values.map(valueText).join(' or ')}`)
    .join(' and ');
}
