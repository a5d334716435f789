import { Pin, PinOff, Rocket, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useMutation } from 'urql';
import type { Fault } from '../graphql/fault.js';
import {
  type ModelState,
  PinVersionDocument,
  PromoteVersionDocument,
  RollBackDocument,
  UnpinVersionDocument,
} from '../graphql/generated/graphql.js';
import { refusalOf } from '../graphql/outcome.js';
import { Button } from '../ui/button.js';
import { Confirm } from '../ui/confirm.js';

interface VersionActionsProps {
  readonly version: { readonly number: number; readonly state: ModelState; readonly pinnedAt: string | null };
  readonly onDone: () => void;
}

type Act = 'promote' | 'roll back' | 'pin' | 'unpin';

const says: Readonly<Record<Act, string>> = {
  promote:
    'A new version with the models of this one becomes current. Recommendations asked for from now on are made by it.',
  'roll back': 'A new version with the models of the one before becomes current. This one stays, retired.',
  pin: 'The version stays current until it is unpinned: retraining goes on making candidates, and none is promoted.',
  unpin: 'The gate promotes better versions again.',
};

/** What an operator may do with a version by hand; each asks for its name first. */
export function VersionActions({ version, onDone }: VersionActionsProps) {
  const [asked, setAsked] = useState<Act>();
  const [, promote] = useMutation(PromoteVersionDocument);
  const [, rollBack] = useMutation(RollBackDocument);
  const [, pin] = useMutation(PinVersionDocument);
  const [, unpin] = useMutation(UnpinVersionDocument);
  const input = { number: version.number };
  const current = version.state === 'CURRENT';

  const act: Readonly<Record<Act, () => Promise<Fault | undefined>>> = {
    promote: async () => refusalOf(await promote({ input }), (data) => data.promoteModelVersion),
    'roll back': async () => refusalOf(await rollBack({}), (data) => data.rollBackModel),
    pin: async () => refusalOf(await pin({ input }), (data) => data.pinModelVersion),
    unpin: async () => refusalOf(await unpin({ input }), (data) => data.unpinModelVersion),
  };
  return (
    <>
      {!current && (
        <Button onClick={() => setAsked('promote')}>
          <Rocket aria-hidden className="size-4" /> Promote
        </Button>
      )}
      {current && version.number > 1 && (
        <Button onClick={() => setAsked('roll back')}>
          <RotateCcw aria-hidden className="size-4" /> Roll back
        </Button>
      )}
      {current && version.pinnedAt === null && (
        <Button onClick={() => setAsked('pin')}>
          <Pin aria-hidden className="size-4" /> Pin
        </Button>
      )}
      {version.pinnedAt !== null && (
        <Button onClick={() => setAsked('unpin')}>
          <PinOff aria-hidden className="size-4" /> Unpin
        </Button>
      )}
      <Confirm
        title={`${asked === undefined ? '' : asked.charAt(0).toUpperCase() + asked.slice(1)} version ${version.number}`}
        action={asked ?? ''}
        name={`v${version.number}`}
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        onConfirm={async () => {
          const refusal = asked && (await act[asked]());
          if (refusal === undefined) onDone();
          return refusal;
        }}
      >
        {asked && says[asked]}
      </Confirm>
    </>
  );
}
