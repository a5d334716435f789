import { TaskNamesDocument } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { Choice } from '../ui/filters.js';

const nothing = {};

interface TaskChoiceProps {
  readonly value: string | undefined;
  readonly onChange: (task: string | undefined) => void;
}

/** Narrows a table to one task, by name. */
export function TaskChoice({ value, onChange }: TaskChoiceProps) {
  const tasks = useScreen(TaskNamesDocument, nothing);
  const options = (tasks.data?.tasks.nodes ?? []).map(({ id, name }) => [id, name] as const);
  return <Choice label="Task" value={value} options={options} onChange={onChange} />;
}
