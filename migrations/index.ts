import { CreateOrganisations1764000000001 } from './1764000000001-create-organisations.js';
import { CreateModelVersions1764000000002 } from './1764000000002-create-model-versions.js';
import { CreateTasks1764000000003 } from './1764000000003-create-tasks.js';
import { CreateOutbox1764000000004 } from './1764000000004-create-outbox.js';
import { CreateTraining1764000000005 } from './1764000000005-create-training.js';
import { CreateRounds1764000000006 } from './1764000000006-create-rounds.js';
import { AddDescriptionNoise1764000000007 } from './1764000000007-add-description-noise.js';
import { AddCollection1764000000008 } from './1764000000008-add-collection.js';
import { IndexTables1764000000009 } from './1764000000009-index-tables.js';
import { NotifyChanges1764000000010 } from './1764000000010-notify-changes.js';
import { PinModelVersions1764000000011 } from './1764000000011-pin-model-versions.js';
import { IndexRegret1764000000012 } from './1764000000012-index-regret.js';
import { TrialCosts1764000000013 } from './1764000000013-trial-costs.js';
import { IndexTotals1764000000014 } from './1764000000014-index-totals.js';

/** In the order in which they run. */
export const migrations = [
  CreateOrganisations1764000000001,
  CreateModelVersions1764000000002,
  CreateTasks1764000000003,
  CreateOutbox1764000000004,
  CreateTraining1764000000005,
  CreateRounds1764000000006,
  AddDescriptionNoise1764000000007,
  AddCollection1764000000008,
  IndexTables1764000000009,
  NotifyChanges1764000000010,
  PinModelVersions1764000000011,
  IndexRegret1764000000012,
  TrialCosts1764000000013,
  IndexTotals1764000000014,
];
