import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useMutation } from 'urql';
import { Time } from '../format/time.js';
import { words } from '../format/words.js';
import {
  KeysDocument,
  type KeysQuery,
  OrganisationsDocument,
  RevokeKeyDocument,
} from '../graphql/generated/graphql.js';
import { refusalOf } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { useCaller } from '../shell/caller.js';
import { Await } from '../ui/await.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { Confirm } from '../ui/confirm.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { Page } from '../ui/page.js';
import { Pager } from '../ui/pager.js';
import { Empty } from '../ui/states.js';
import { NewKey } from './new-key.js';

const route = getRouteApi('/keys');

type Key = KeysQuery['apiKeys']['nodes'][number];

const nothing = {};

export function KeysScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { operator } = useCaller();
  const loaded = useScreen(KeysDocument, { first: 25, after: search.after ?? null });
  const organisations = useScreen(OrganisationsDocument, nothing, { pause: !operator });
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  const [, revoke] = useMutation(RevokeKeyDocument);
  const names = new Map(organisations.data?.organisations.nodes.map(({ id, name }) => [id, name]));

  const columns: readonly Column<Key>[] = [
    {
      id: 'name',
      header: 'Name',
      cut: (key) => key.name,
      cell: (key) => <span className="font-medium">{key.name}</span>,
    },
    { id: 'prefix', header: 'Starts with', cell: (key) => <code>{key.prefix}…</code> },
    ...(operator
      ? [
          {
            id: 'organisation',
            header: 'Organisation',
            cell: (key: Key) => names.get(key.organisationId) ?? key.organisationId,
          },
        ]
      : []),
    { id: 'role', header: 'Role', cell: (key) => words(key.role) },
    { id: 'createdAt', header: 'Made', cell: (key) => <Time at={key.createdAt} /> },
    {
      id: 'lastUsedAt',
      header: 'Last used',
      cell: (key) => (key.lastUsedAt ? <Time at={key.lastUsedAt} since /> : 'never'),
    },
    {
      id: 'state',
      header: 'State',
      cell: (key) => (key.revokedAt ? <Badge mood="bad">revoked</Badge> : <Badge mood="good">valid</Badge>),
    },
    {
      id: 'revoke',
      header: '',
      number: true,
      cell: (key) =>
        key.revokedAt ? (
          <span className="text-quiet">
            <Time at={key.revokedAt} since />
          </span>
        ) : (
          <Button look="quiet" onClick={() => setRevoking(key)}>
            Revoke<span className="sr-only"> {key.name}</span>
          </Button>
        ),
    },
  ];

  return (
    <Page
      title="Keys"
      note="A key lets a client of an organisation describe, ask and report."
      actions={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus aria-hidden className="size-4" /> New key
        </Button>
      }
    >
      <Card flush>
        <Await of={loaded}>
          {({ apiKeys }) =>
            apiKeys.nodes.length === 0 ? (
              <Empty title="No key yet">Make one, and give it to a client as EDGELORE_API_KEY.</Empty>
            ) : (
              <>
                <DataTable
                  label="Keys"
                  columns={columns}
                  rows={apiKeys.nodes}
                  rowId={(key) => key.id}
                  busy={loaded.fetching}
                />
                <Pager page={apiKeys.pageInfo} after={search.after} onGo={(after) => navigate({ search: { after } })} />
              </>
            )
          }
        </Await>
      </Card>
      <NewKey
        open={making}
        organisations={organisations.data?.organisations.nodes ?? []}
        onClose={() => {
          setMaking(false);
          loaded.refresh();
          if (operator) organisations.refresh();
        }}
      />
      <Confirm
        title="Revoke the key"
        action="Revoke"
        name={revoking?.name ?? ''}
        open={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        onConfirm={async () => {
          const refusal = refusalOf(await revoke({ input: { id: revoking?.id ?? '' } }), (data) => data.revokeApiKey);
          if (refusal === undefined) loaded.refresh();
          return refusal;
        }}
      >
        Clients that use it are refused from now on. This cannot be undone.
      </Confirm>
    </Page>
  );
}
