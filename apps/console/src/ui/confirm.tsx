import { type ReactNode, useId, useState } from 'react';
import type { Fault } from '../graphql/fault.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { fieldClass } from './field.js';

interface ConfirmProps {
  readonly title: string;
  readonly children: ReactNode;
  /** What the button says. */
  readonly action: string;
  /** Has to be typed before: for what cannot be undone. */
  readonly name: string;
  readonly open: boolean;
  readonly onClose: () => void;
  /** Says what went wrong, or nothing. */
  readonly onConfirm: () => Promise<Fault | undefined>;
}

export function Confirm({ title, open, onClose, ...rest }: ConfirmProps) {
  return (
    <Dialog title={title} open={open} onClose={onClose}>
      <TypedName onClose={onClose} {...rest} />
    </Dialog>
  );
}

function TypedName({ children, action, name, onClose, onConfirm }: Omit<ConfirmProps, 'title' | 'open'>) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const id = useId();
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={async (event) => {
        event.preventDefault();
        setBusy(true);
        const wrong = await onConfirm();
        setBusy(false);
        setFault(wrong);
        if (wrong === undefined) onClose();
      }}
    >
      <div className="text-quiet">{children}</div>
      <label htmlFor={id} className="flex flex-col gap-1">
        <span>
          Type <strong className="font-mono select-all">{name}</strong> to go on
        </span>
        <input
          id={id}
          className={fieldClass}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      {fault && (
        <p role="alert" className="text-bad">
          {fault.message}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave it</Button>
        <Button type="submit" look="danger" disabled={typed !== name || busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}
