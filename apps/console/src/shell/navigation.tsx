import { Link } from '@tanstack/react-router';
import {
  Activity,
  BrainCircuit,
  ChartSpline,
  Grid3x3,
  House,
  Images,
  KeyRound,
  ListOrdered,
  type LucideIcon,
  ScanFace,
  ServerCog,
  TestTubes,
} from 'lucide-react';

interface Place {
  readonly to: string;
  readonly name: string;
  readonly icon: LucideIcon;
  /** Only operators may see it. */
  readonly operators?: boolean;
}

/** Later comes to stand where it belongs: members, audit and the privacy centre under Organisation. */
const groups: readonly { readonly name: string; readonly places: readonly Place[] }[] = [
  {
    name: 'Experience',
    places: [
      { to: '/tasks', name: 'Tasks', icon: Images },
      { to: '/describe', name: 'Describe here', icon: ScanFace },
      { to: '/recommendations', name: 'Recommendations', icon: ListOrdered },
      { to: '/trials', name: 'Trials', icon: TestTubes },
    ],
  },
  {
    name: 'Learning',
    places: [
      { to: '/models', name: 'Models', icon: BrainCircuit },
      { to: '/regret', name: 'Regret', icon: ChartSpline },
      { to: '/search-spaces', name: 'Search spaces', icon: Grid3x3 },
    ],
  },
  {
    name: 'Platform',
    places: [
      { to: '/jobs', name: 'Jobs', icon: Activity, operators: true },
      { to: '/system', name: 'System', icon: ServerCog, operators: true },
    ],
  },
  { name: 'Organisation', places: [{ to: '/keys', name: 'Keys', icon: KeyRound }] },
];

const item =
  'flex items-center gap-2.5 rounded-md px-2.5 py-1.5 text-quiet hover:bg-raised hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent';

export function Navigation({ operator, onGo }: { operator: boolean; onGo?: () => void }) {
  return (
    <nav aria-label="Main" className="flex flex-col gap-4">
      <Link to="/" className={item} activeOptions={{ exact: true }} onClick={onGo}>
        <House aria-hidden className="size-4" /> Home
      </Link>
      {groups
        .map(({ name, places }) => ({ name, places: places.filter((place) => operator || place.operators !== true) }))
        .filter(({ places }) => places.length > 0)
        .map(({ name, places }) => (
          <div key={name}>
            <h2 className="px-2.5 pb-1 text-xs font-medium text-quiet">{name}</h2>
            <ul>
              {places.map(({ to, name: label, icon: Icon }) => (
                <li key={to}>
                  <Link to={to} className={item} onClick={onGo}>
                    <Icon aria-hidden className="size-4" /> {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
    </nav>
  );
}
