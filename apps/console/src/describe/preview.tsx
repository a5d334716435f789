import { descriptionBytes } from '@edgelore/client/browser';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { bytes, count } from '../format/numbers.js';
import { plural } from '../format/words.js';
import { DescriptionStrips } from '../tasks/description-strips.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { CopyButton } from '../ui/copy-button.js';
import { Facts } from '../ui/facts.js';
import { formatNames } from './format-names.js';
import { NoiseChoice } from './noise-choice.js';
import { inputOf, type Outgoing, prepare } from './outgoing.js';
import { ReadProblems } from './read-problems.js';
import { SendDescription } from './send-description.js';
import type { Described } from './worker-messages.js';

interface PreviewProps {
  readonly folderName: string;
  readonly described: Described;
  readonly maySend: boolean;
  readonly onRecommended: (recommendationId: string) => void;
  readonly onClear: () => void;
}

/** Exactly what would be sent, and the question whether it may be. */
export function Preview({ folderName, described, maySend, onRecommended, onClear }: PreviewProps) {
  const [outgoing, setOutgoing] = useState<Outgoing | undefined>(() => prepare(described.description, undefined));
  return (
    <>
      <Card
        title={`${folderName} is described`}
        note="This much was read here; the folder’s name and these counts of what was put right are not sent."
        actions={
          <Button onClick={onClear}>
            <RotateCcw aria-hidden className="size-4" /> Another folder
          </Button>
        }
      >
        <p role="status" className="sr-only">
          Described {plural(described.images, 'image')}. Nothing has been sent.
        </p>
        <div className="flex flex-col gap-4">
          <Facts
            facts={{
              Annotations: formatNames[described.format],
              'Images described': count(described.images),
              'Faces in them': count(described.faces),
            }}
          />
          <ReadProblems problems={described.problems} />
        </div>
      </Card>
      <NoiseChoice description={described.description} onChoose={setOutgoing} />
      {outgoing && <WhatWouldBeSent outgoing={outgoing} maySend={maySend} onRecommended={onRecommended} />}
    </>
  );
}

function WhatWouldBeSent({
  outgoing,
  maySend,
  onRecommended,
}: { outgoing: Outgoing } & Pick<PreviewProps, 'maySend' | 'onRecommended'>) {
  const [name, setName] = useState('');
  const { description, noise } = outgoing;
  const { rows, dimension, batchSize, images } = description;
  const input = inputOf(outgoing, name.trim());
  const text = JSON.stringify(input, null, 1);
  return (
    <>
      <Card
        title="What would be sent"
        note={`${plural(rows.length, 'row')} of ${dimension} numbers, each the mean over at least ${batchSize} images. No pixel, no box, no file name, no count of faces.`}
        actions={<CopyButton text={text}>Copy as JSON</CopyButton>}
      >
        <div className="flex flex-col gap-5">
          <Facts
            facts={{
              'Bytes of the description': bytes(descriptionBytes(description)),
              'Bytes in all': bytes(new TextEncoder().encode(JSON.stringify(input)).length),
              Images: count(images),
              Extractor: (
                <span title={description.extractorHash}>
                  v{description.extractorVersion}{' '}
                  <code className="text-quiet">{description.extractorHash.slice(0, 8)}</code>
                </span>
              ),
              'Privacy cost':
                noise === undefined ? 'no guarantee' : `ε ${noise.epsilon}, δ ${noise.delta.toExponential(0)}`,
              'Noise per coordinate': noise === undefined ? 'none' : `σ ${noise.sigma.toFixed(4)}`,
            }}
          />
          <DescriptionStrips rows={rows} />
          <details>
            <summary className="cursor-pointer text-quiet">All of it, as JSON</summary>
            <textarea
              readOnly
              rows={16}
              aria-label="All of it, as JSON"
              className="mt-2 w-full rounded-md bg-raised p-3 font-mono text-xs"
              value={text}
            />
          </details>
        </div>
      </Card>
      <SendDescription input={input} name={name} onName={setName} maySend={maySend} onRecommended={onRecommended} />
    </>
  );
}
