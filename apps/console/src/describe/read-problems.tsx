import type { ProblemSummary } from '@edgelore/client/browser';
import { Badge } from '../ui/badge.js';

/** What was put right or left out, as the command tells it. */
export function ReadProblems({ problems }: { problems: readonly ProblemSummary[] }) {
  if (problems.length === 0)
    return (
      <p>
        <Badge mood="good">nothing to put right</Badge>
      </p>
    );
  return (
    <ul className="flex flex-col gap-2">
      {problems.map(({ kind, count, message, examples }) => (
        <li key={`${kind} ${count}`}>
          <Badge mood="warn">{message}</Badge>
          <span className="ml-2 text-quiet break-words">such as {examples[0]}</span>
        </li>
      ))}
    </ul>
  );
}
