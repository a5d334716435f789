import { CreateOrganisations1764000000001 } from './1764000000001-create-organisations.js';
import { CreateModelVersions1764000000002 } from './1764000000002-create-model-versions.js';
import { CreateTasks1764000000003 } from './1764000000003-create-tasks.js';
import { CreateOutbox1764000000004 } from './1764000000004-create-outbox.js';
import { CreateTraining1764000000005 } from './1764000000005-create-training.js';
import { CreateRounds1764000000006 } from './1764000000006-create-rounds.js';
import { AddDescriptionNoise1764000000007 } from './1764000000007-add-description-noise.js';
import { IndexTables1764000001001 } from './1764000001001-index-tables.js';
import { NotifyChanges1764000001002 } from './1764000001002-notify-changes.js';
import { PinModelVersions1764000001003 } from './1764000001003-pin-model-versions.js';
import { IndexRegret1764000001004 } from './1764000001004-index-regret.js';

/** In the order in which they run. */
export const migrations = [
  CreateOrganisations1764000000001,
  CreateModelVersions1764000000002,
  CreateTasks1764000000003,
  CreateOutbox1764000000004,
  CreateTraining1764000000005,
  CreateRounds1764000000006,
  AddDescriptionNoise1764000000007,
  IndexTables1764000001001,
  NotifyChanges1764000001002,
  PinModelVersions1764000001003,
  IndexRegret1764000001004,
];
