import type { Attendance } from '@edgelore/federation';
import type { RoundLesson } from '@edgelore/ranking';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RoundState } from './round.types.js';

@Entity({ name: 'rounds' })
export class RoundEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  state!: RoundState;

  @Column({ name: 'parent_id', type: 'uuid' })
  parentId!: string;

  @Column({ type: 'integer' })
  seats!: number;

  @Column({ type: 'integer' })
  threshold!: number;

  @Column({ type: 'double precision' })
  clip!: number;

  @Column({ type: 'integer' })
  steps!: number;

  @Column({ name: 'step_seconds', type: 'integer' })
  stepSeconds!: number;

  @Column({ name: 'deadline_at', type: 'timestamptz', nullable: true })
  deadlineAt!: Date | null;

  @Column({ type: 'jsonb', select: false })
  lesson!: RoundLesson;

  @Column({ type: 'jsonb' })
  attendance!: Attendance;

  @Column({ type: 'double precision', array: true, nullable: true, select: false })
  change!: number[] | null;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'model_version_id', type: 'uuid', nullable: true })
  modelVersionId!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
