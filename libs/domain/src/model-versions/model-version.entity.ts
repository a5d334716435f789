import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Evaluation, ModelArtefact, ModelState, TrainingFacts } from './model-version.types.js';

@Entity({ name: 'model_versions' })
export class ModelVersionEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  kind!: 'bundle';

  @Column({ type: 'integer' })
  number!: number;

  @Column({ type: 'text' })
  state!: ModelState;

  @Column({ name: 'extractor_version', type: 'integer' })
  extractorVersion!: number;

  @Column({ name: 'extractor_hash', type: 'text' })
  extractorHash!: string;

  @Column({ type: 'jsonb' })
  artefact!: ModelArtefact;

  @Column({ name: 'artefact_hash', type: 'text' })
  artefactHash!: string;

  @Column({ type: 'jsonb' })
  training!: TrainingFacts;

  @Column({ type: 'text', nullable: true })
  verdict!: 'promote' | 'reject' | null;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  evaluation!: Evaluation | null;

  /** Only of the current version: it stays until it is let go. */
  @Column({ name: 'pinned_at', type: 'timestamptz', nullable: true })
  pinnedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;
}
