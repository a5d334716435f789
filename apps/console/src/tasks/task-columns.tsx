import { count } from '../format/numbers.js';
import { Time } from '../format/time.js';
import type { TaskRowFragment } from '../graphql/generated/graphql.js';
import { Badge } from '../ui/badge.js';
import type { Column } from '../ui/data-table.js';
import { TaskLink } from '../ui/link.js';
import { ScoreBar } from '../ui/score-bar.js';
import { noiseText } from './noise.js';

export const taskColumns: readonly Column<TaskRowFragment>[] = [
  {
    id: 'name',
    sort: 'NAME',
    header: 'Task',
    cut: (task) => task.name,
    cell: (task) => <TaskLink id={task.id} name={task.name} />,
  },
  { id: 'kind', header: 'Kind', cell: (task) => (task.open ? <Badge mood="note">open</Badge> : 'private') },
  { id: 'owner', header: 'Owner', cut: (task) => task.organisationName, cell: (task) => task.organisationName },
  { id: 'images', sort: 'IMAGES', header: 'Images', number: true, cell: (task) => count(task.images) },
  { id: 'faces', header: 'Faces', number: true, cell: (task) => count(task.faces) },
  {
    id: 'noise',
    header: 'Noise',
    cell: (task) => noiseText(task.noise),
    hint: 'Noise that the owner put on the description',
  },
  {
    id: 'trials',
    sort: 'TRIALS',
    header: 'Trials',
    number: true,
    cell: (task) => <TaskLink id={task.id} name={count(task.trialCount)} tab="trials" />,
  },
  {
    id: 'bestScore',
    sort: 'BEST_SCORE',
    header: 'Best AP50',
    hint: 'Best average precision at IoU 0.5 on the held-out images',
    cell: (task) => <ScoreBar score={task.bestScore} />,
  },
  { id: 'extractor', header: 'Extractor', number: true, cell: (task) => `v${task.extractorVersion}` },
  { id: 'createdAt', sort: 'CREATED', header: 'Since', cell: (task) => <Time at={task.createdAt} /> },
];
