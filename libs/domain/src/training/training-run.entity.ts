import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TrainingRunState } from './training.types.js';

@Entity({ name: 'training_runs' })
export class TrainingRunEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  state!: TrainingRunState;

  @Column({ type: 'text' })
  phase!: string;

  @Column({ type: 'double precision' })
  progress!: number;

  @Column({ name: 'parent_id', type: 'uuid' })
  parentId!: string;

  @Column({ name: 'model_version_id', type: 'uuid', nullable: true })
  modelVersionId!: string | null;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'trial_count', type: 'integer' })
  trialCount!: number;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
