import { type Description, PrivacyError } from '@edgelore/client/browser';
import { useId, useState } from 'react';
import { Card } from '../ui/card.js';
import { fieldClass } from '../ui/field.js';
import { type Outgoing, prepare } from './outgoing.js';

interface NoiseChoiceProps {
  /** Without noise. */
  readonly description: Description;
  /** Nothing may leave while no noise can be drawn for what was typed. */
  readonly onChoose: (outgoing: Outgoing | undefined) => void;
}

const DELTA = 1e-5;

/** Whether the description carries noise, and how much. */
export function NoiseChoice({ description, onChoose }: NoiseChoiceProps) {
  const [noisy, setNoisy] = useState(false);
  const [epsilon, setEpsilon] = useState('1');
  const [problem, setProblem] = useState<string>();
  const [noiseId, epsilonId, problemId] = [useId(), useId(), useId()];
  const choose = (withNoise: boolean, typed: string) => {
    setNoisy(withNoise);
    setEpsilon(typed);
    try {
      onChoose(prepare(description, withNoise ? { epsilon: Number(typed), delta: DELTA } : undefined));
      setProblem(undefined);
    } catch (error) {
      if (!(error instanceof PrivacyError)) throw error;
      setProblem(error.message);
      onChoose(undefined);
    }
  };
  return (
    <Card
      title="Noise"
      note="Noise limits what can be concluded about any one image. Without it there is no guarantee. This page keeps no account of what these images gave away before; the edgelore command does, and refuses what passes the owner’s cap."
    >
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <label htmlFor={noiseId} className="flex items-center gap-2">
          <input
            id={noiseId}
            type="checkbox"
            className="size-4 accent-accent"
            checked={noisy}
            onChange={(event) => choose(event.target.checked, epsilon)}
          />
          Add noise
        </label>
        <label htmlFor={epsilonId} className="flex items-center gap-2">
          ε
          <input
            id={epsilonId}
            type="number"
            min="0"
            step="any"
            className={`${fieldClass} max-w-24 disabled:opacity-50`}
            value={epsilon}
            disabled={!noisy}
            aria-invalid={problem !== undefined}
            aria-describedby={problemId}
            onChange={(event) => choose(noisy, event.target.value)}
          />
        </label>
        <span className="text-quiet">
          δ {DELTA.toExponential(0)}, over {description.images} images: the fewer they are, the more noise it takes
        </span>
      </div>
      <p id={problemId} role="alert" className="mt-2 text-bad empty:hidden">
        {problem}
      </p>
    </Card>
  );
}
