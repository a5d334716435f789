import { Link } from '@tanstack/react-router';
import { RecommendationDocument } from '../graphql/generated/graphql.js';
import { isRefusal } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { itemColumns } from '../recommendations/item-columns.js';
import type { RecommendedItem } from '../recommendations/recommended-item.js';
import { Await } from '../ui/await.js';
import { buttonClass } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { CopyButton } from '../ui/copy-button.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { RecommendationLink, TaskLink } from '../ui/link.js';
import { Failed } from '../ui/states.js';

const columns: readonly Column<RecommendedItem>[] = [
  ...itemColumns,
  {
    id: 'copy',
    header: 'Take it along',
    cell: ({ rank, configuration }) => (
      <CopyButton text={JSON.stringify(configuration, null, 2)}>
        Copy as JSON<span className="sr-only"> rank {rank}</span>
      </CopyButton>
    ),
  },
];

/** What the platform answered. */
export function Recommended({ id }: { id: string }) {
  return (
    <Await of={useScreen(RecommendationDocument, { id })} lines={8}>
      {({ recommendation }) =>
        isRefusal(recommendation) ? (
          <Card>
            <Failed fault={recommendation} />
          </Card>
        ) : (
          <Card
            title="Configurations to train"
            note={
              <>
                Best first, for <TaskLink id={recommendation.taskId} name={recommendation.taskName} />. Why each of
                them, and what to expect, stands with{' '}
                <RecommendationLink id={id}>the recommendation</RecommendationLink>.
              </>
            }
            actions={
              <Link to="/describe" className={buttonClass()}>
                Describe another folder
              </Link>
            }
            flush
          >
            <DataTable
              label="Configurations to train"
              columns={columns}
              rows={recommendation.items}
              rowId={({ rank }) => String(rank)}
            />
          </Card>
        )
      }
    </Await>
  );
}
