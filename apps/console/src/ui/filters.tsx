import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { Button } from './button.js';
import { fieldClass } from './field.js';

/** What narrows a table, in one line above it. */
export function Filters({ children, onClear }: { children: ReactNode; onClear?: (() => void) | undefined }) {
  return (
    <search className="flex flex-wrap items-end gap-3">
      {children}
      {onClear && (
        <Button look="quiet" onClick={onClear}>
          <X aria-hidden className="size-4" /> Clear
        </Button>
      )}
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly onChange: (value: string | undefined) => void;
  /** One of the options always holds. */
  readonly required?: boolean;
  /** What stands for none of the options. */
  readonly none?: string;
}

export function Choice({ label, value, options, onChange, required = false, none = 'any' }: ChoiceProps) {
  const id = useId();
  return (
    <div className="flex flex-col">
      <label htmlFor={id} className="text-xs text-quiet">
        {label}
      </label>
      <select
        id={id}
        className={fieldClass}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
      >
        {!required && <option value="">{none}</option>}
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

interface YesNoProps {
  readonly label: string;
  readonly value: boolean | undefined;
  readonly onChange: (value: boolean | undefined) => void;
}

export function YesNo({ label, value, onChange }: YesNoProps) {
  return (
    <Choice
      label={label}
      value={value === undefined ? undefined : String(value)}
      options={[
        ['true', 'yes'],
        ['false', 'no'],
      ]}
      onChange={(chosen) => onChange(chosen === undefined ? undefined : chosen === 'true')}
    />
  );
}

interface TypedProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly placeholder?: string;
  readonly numeric?: boolean;
  readonly onChange: (value: string | undefined) => void;
}

const PAUSE_MS = 350;

/** Asks when the typing pauses, not at every letter. */
export function Typed({ label, value, placeholder, numeric = false, onChange }: TypedProps) {
  const id = useId();
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  useEffect(() => {
    const wanted = text.trim() || undefined;
    if (wanted === value) return;
    const timer = setTimeout(() => onChange(wanted), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <div className="flex flex-col">
      <label htmlFor={id} className="text-xs text-quiet">
        {label}
      </label>
      <input
        id={id}
        type={numeric ? 'number' : 'search'}
        step="any"
        min={numeric ? 0 : undefined}
        className={`${fieldClass} ${numeric ? 'max-w-28' : 'max-w-56'}`}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
