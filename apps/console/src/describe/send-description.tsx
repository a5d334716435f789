import { Send } from 'lucide-react';
import { useId, useState } from 'react';
import { useMutation } from 'urql';
import type { Fault } from '../graphql/fault.js';
import {
  RecommendDocument,
  SubmitDescriptionDocument,
  type SubmitDescriptionInput,
} from '../graphql/generated/graphql.js';
import { refusalOf } from '../graphql/outcome.js';
import { Button } from '../ui/button.js';
import { Card } from '../ui/card.js';
import { fieldClass } from '../ui/field.js';

interface SendDescriptionProps {
  readonly input: SubmitDescriptionInput;
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly maySend: boolean;
  readonly onRecommended: (recommendationId: string) => void;
}

const RECOMMENDED = 5;
const MOST_LETTERS = 200;

/** The owner's word. Both requests may be repeated: their keys make the platform give the same answers again. */
export function SendDescription({ input, name, onName, maySend, onRecommended }: SendDescriptionProps) {
  const id = useId();
  const [, submit] = useMutation(SubmitDescriptionDocument);
  const [, recommend] = useMutation(RecommendDocument);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();

  const send = async (): Promise<Fault | undefined> => {
    const submitted = await submit({ input });
    const refused = refusalOf(submitted, (data) => data.submitDescription);
    if (refused) return refused;
    const task = submitted.data?.submitDescription;
    if (task?.__typename !== 'Task') return undefined;
    const asked = await recommend({
      input: { taskId: task.id, count: RECOMMENDED, clientKey: `${input.clientKey}/1` },
    });
    const unanswered = refusalOf(asked, (data) => data.recommend);
    if (unanswered) return unanswered;
    if (asked.data?.recommend.__typename === 'Recommendation') onRecommended(asked.data.recommend.id);
    return undefined;
  };

  return (
    <Card
      title="Send it"
      note="Sends what stands above, and nothing else, to this platform; then asks it for configurations to train. The name is for people, and is not taken from the folder. Describing the same folder another time makes another task."
    >
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={async (event) => {
          event.preventDefault();
          setBusy(true);
          setFault(await send());
          setBusy(false);
        }}
      >
        <label htmlFor={id} className="flex flex-col gap-1">
          <span className="text-xs text-quiet">Name of the task</span>
          <input
            id={id}
            className={`${fieldClass} w-72 max-w-full`}
            value={name}
            required
            maxLength={MOST_LETTERS}
            autoComplete="off"
            placeholder="a word that says nothing of the people"
            onChange={(event) => onName(event.target.value)}
          />
        </label>
        <Button type="submit" look="primary" disabled={!maySend || busy || name.trim() === ''}>
          <Send aria-hidden className="size-4" /> {busy ? 'Sending' : 'I agree, send it'}
        </Button>
      </form>
      {fault && (
        <p role="alert" className="mt-3 text-bad">
          {fault.message} <code>{fault.code}</code>
        </p>
      )}
    </Card>
  );
}
