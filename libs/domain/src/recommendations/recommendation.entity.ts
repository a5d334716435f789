import type { Strategy } from '@edgelore/ranking';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Neighbour, RecommendationLimits, RecommendedConfiguration } from './recommendation.types.js';

/** What was said of a configuration; answers of old have no explanation. */
type StoredItem = Omit<RecommendedConfiguration, 'explanation' | 'rankInterval' | 'difference' | 'trials'> &
  Partial<Pick<RecommendedConfiguration, 'explanation'>>;

@Entity({ name: 'recommendations' })
export class RecommendationEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ name: 'task_id', type: 'uuid' })
  taskId!: string;

  @Column({ name: 'client_key', type: 'text' })
  clientKey!: string;

  @Column({ name: 'model_version_id', type: 'uuid', nullable: true })
  modelVersionId!: string | null;

  @Column({ type: 'text' })
  reason!: Strategy;

  @Column({ type: 'jsonb' })
  items!: StoredItem[];

  // Taken from the items by the database.
  @Column({ name: 'first_configuration_id', type: 'text', nullable: true, select: false, insert: false, update: false })
  firstConfigurationId?: string | null;

  @Column({ type: 'jsonb' })
  limits!: RecommendationLimits;

  @Column({ type: 'jsonb' })
  neighbours!: Neighbour[];

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
