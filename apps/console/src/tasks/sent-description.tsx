import { bytes, count } from '../format/numbers.js';
import { Time } from '../format/time.js';
import { TaskDescriptionDocument, type TaskDescriptionQuery } from '../graphql/generated/graphql.js';
import { isRefusal } from '../graphql/outcome.js';
import { useScreen } from '../graphql/use-screen.js';
import { Await } from '../ui/await.js';
import { Card } from '../ui/card.js';
import { CopyButton } from '../ui/copy-button.js';
import { Facts } from '../ui/facts.js';
import { Failed } from '../ui/states.js';
import type { ShownTask } from './shown-task.js';

type Description = Exclude<TaskDescriptionQuery['taskDescription'], { __typename: 'Failure' }>;

/** All that the platform was ever told about the images. */
export function SentDescription({ task }: { task: ShownTask }) {
  return (
    <Await of={useScreen(TaskDescriptionDocument, { taskId: task.id })}>
      {({ taskDescription }) =>
        isRefusal(taskDescription) ? (
          <Card>
            <Failed fault={taskDescription} />
          </Card>
        ) : (
          <Sent description={taskDescription} />
        )
      }
    </Await>
  );
}

function Sent({ description }: { description: Description }) {
  const { rows, batchSize, dimension, images, noise } = description;
  return (
    <Card
      title="What was sent"
      note={`${rows.length} ${rows.length === 1 ? 'row' : 'rows'} of ${dimension} numbers, each the mean over at least ${batchSize} images. No pixel, no file name, no box.`}
      actions={<CopyButton text={JSON.stringify(rows)}>Copy the numbers</CopyButton>}
    >
      <div className="flex flex-col gap-5">
        <Facts
          facts={{
            Bytes: bytes(description.bytes),
            Images: count(images),
            Sent: <Time at={description.sentAt} />,
            Extractor: (
              <span title={description.extractorHash}>
                v{description.extractorVersion}{' '}
                <code className="text-quiet">{description.extractorHash.slice(0, 8)}</code>
              </span>
            ),
            'Privacy cost':
              noise === null ? 'no noise, so no guarantee' : `ε ${noise.epsilon}, δ ${noise.delta.toExponential(0)}`,
            'Noise per coordinate': noise === null ? 'none' : `σ ${noise.sigma.toFixed(4)}`,
          }}
        />
        <Strips rows={rows} />
      </div>
    </Card>
  );
}

/** Every number as a cell: below zero in one colour, above in the other. */
function Strips({ rows }: { rows: readonly (readonly number[])[] }) {
  const most = Math.max(1e-9, ...rows.flat().map(Math.abs));
  // The coordinates have no names: their places are all that tells them apart.
  const coordinates = (rows[0] ?? []).map((_, at) => at);
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-separate border-spacing-px text-[10px]">
        <caption className="sr-only">The description’s numbers, one row for each batch of images</caption>
        <thead>
          <tr>
            <th scope="col" className="pr-2 text-left font-normal text-quiet">
              batch
            </th>
            {coordinates.map((at) => (
              <th key={at} scope="col" className="font-normal text-quiet">
                {at + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, batch) => (
            <tr key={row.join()}>
              <th scope="row" className="pr-2 text-left font-normal text-quiet">
                {batch + 1}
              </th>
              {coordinates.map((at) => (
                <Cell key={at} name={`batch ${batch + 1}, coordinate ${at + 1}`} value={row[at] ?? 0} most={most} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 flex items-center gap-2 text-xs text-quiet">
        −{most.toFixed(3)}
        <span
          aria-hidden
          className="h-2 w-40 rounded-full"
          style={{ background: `linear-gradient(90deg, ${shade(-1)}, ${shade(0)}, ${shade(1)})` }}
        />
        {most.toFixed(3)}
      </p>
    </div>
  );
}

function Cell({ name, value, most }: { name: string; value: number; most: number }) {
  return (
    <td title={`${name}: ${value}`} className="h-5 min-w-5 rounded-[2px]" style={{ background: shade(value / most) }}>
      <span className="sr-only">{value.toFixed(4)}</span>
    </td>
  );
}

/** -1 to 1 */
function shade(value: number): string {
  const colour = value < 0 ? 'var(--series-2)' : 'var(--series-1)';
  return `color-mix(in oklab, ${colour} ${Math.round(100 * Math.min(1, Math.abs(value)))}%, var(--raised))`;
}
