import { bytes } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { plural, words } from '../format/words.js';
import { SystemDocument, type SystemQuery } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Facts } from '../ui/facts.js';
import { Page } from '../ui/page.js';

type Check = SystemQuery['system']['checks'][number];
type Migration = SystemQuery['system']['migrations'][number];

const nothing = {};

const checkColumns: readonly Column<Check>[] = [
  { id: 'name', header: 'Check', cell: ({ name }) => <strong className="font-medium">{name}</strong> },
  {
    id: 'ok',
    header: 'State',
    cell: ({ ok }) => (ok ? <Badge mood="good">works</Badge> : <Badge mood="bad">fails</Badge>),
  },
  { id: 'ms', header: 'Took', number: true, cell: ({ milliseconds }) => `${milliseconds} ms` },
  { id: 'detail', header: 'Detail', cut: ({ detail }) => detail, cell: ({ detail }) => detail },
];

const migrationColumns: readonly Column<Migration>[] = [
  { id: 'name', header: 'Migration', cut: ({ name }) => name, cell: ({ name }) => <code>{name}</code> },
  { id: 'at', header: 'Written', cell: ({ writtenAt }) => <Time at={writtenAt} /> },
];

export function SystemScreen() {
  const loaded = useScreen(SystemDocument, nothing);
  return (
    <Page
      title="System"
      note="What runs here, and whether it is well."
      actions={<Button onClick={loaded.refresh}>Check again</Button>}
    >
      <Await of={loaded} lines={8}>
        {({ system }) => (
          <>
            <Card>
              <Facts
                facts={{
                  Edgelore: system.version,
                  'Node.js': system.node,
                  Postgres: system.postgres,
                  Database: bytes(system.databaseBytes),
                  Queue: words(system.queueBackend),
                  'Running since': <Time at={system.startedAt} since />,
                }}
              />
            </Card>
            <Card title="Health" flush>
              <DataTable
                label="Health"
                columns={checkColumns}
                rows={system.checks}
                rowId={({ name }) => name}
                busy={loaded.fetching}
              />
            </Card>
            <Card
              title="Migrations"
              note={
                system.pendingMigrations.length === 0
                  ? 'The database has every one of them.'
                  : `${plural(system.pendingMigrations.length, 'migration')} not run: ${system.pendingMigrations.join(', ')}`
              }
              flush
            >
              <DataTable
                label="Migrations"
                columns={migrationColumns}
                rows={system.migrations}
                rowId={({ name }) => name}
              />
            </Card>
          </>
        )}
      </Await>
    </Page>
  );
}
