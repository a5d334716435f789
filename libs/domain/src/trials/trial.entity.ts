import type { Configuration } from '@edgelore/search-space';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CurvePoint, TrialCost, TrialState } from './trial.types.js';

@Entity({ name: 'trials' })
export class TrialEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ name: 'task_id', type: 'uuid' })
  taskId!: string;

  @Column({ name: 'recommendation_id', type: 'uuid', nullable: true })
  recommendationId!: string | null;

  @Column({ name: 'report_id', type: 'text' })
  reportId!: string;

  @Column({ name: 'configuration_id', type: 'text' })
  configurationId!: string;

  @Column({ type: 'jsonb' })
  configuration!: Configuration;

  @Column({ type: 'text' })
  state!: TrialState;

  @Column({ type: 'double precision', nullable: true })
  score!: number | null;

  @Column({ type: 'jsonb' })
  cost!: TrialCost;

  @Column({ type: 'double precision', nullable: true, select: false, insert: false, update: false })
  macs?: number | null;

  @Column({ type: 'double precision', nullable: true, select: false, insert: false, update: false })
  bytes?: number | null;

  @Column({ type: 'double precision' })
  seconds!: number;

  @Column({ type: 'jsonb' })
  curve!: CurvePoint[];

  @Column({ type: 'text' })
  backend!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
