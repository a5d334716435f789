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
import { DescriptionStrips } from './description-strips.js';
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
        <DescriptionStrips rows={rows} />
      </div>
    </Card>
  );
}
