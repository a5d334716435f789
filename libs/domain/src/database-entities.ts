import { AuditEntryEntity } from './audit/audit-entry.entity.js';
import { ModelVersionEntity } from './model-versions/model-version.entity.js';
import { ApiKeyEntity } from './organisations/api-key.entity.js';
import { OperatorEntity } from './organisations/operator.entity.js';
import { OrganisationEntity } from './organisations/organisation.entity.js';
import { SessionEntity } from './organisations/session.entity.js';
import { RecommendationEntity } from './recommendations/recommendation.entity.js';
import { RoundEntity } from './rounds/round.entity.js';
import { RoundMessageEntity } from './rounds/round-message.entity.js';
import { RoundSeatEntity } from './rounds/round-seat.entity.js';
import { TaskEntity } from './tasks/task.entity.js';
import { CountedTrialEntity } from './training/counted-trial.entity.js';
import { TrainingRunEntity } from './training/training-run.entity.js';
import { TrialEntity } from './trials/trial.entity.js';

export const databaseEntities = [
  OrganisationEntity,
  ApiKeyEntity,
  OperatorEntity,
  SessionEntity,
  AuditEntryEntity,
  ModelVersionEntity,
  TaskEntity,
  RecommendationEntity,
  TrialEntity,
  TrainingRunEntity,
  CountedTrialEntity,
  RoundEntity,
  RoundSeatEntity,
  RoundMessageEntity,
];
