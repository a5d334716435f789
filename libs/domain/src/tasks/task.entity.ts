import type { Description } from '@edgelore/descriptors';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DescriptionNoise } from './task.types.js';

@Entity({ name: 'tasks' })
export class TaskEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ type: 'boolean' })
  open!: boolean;

  @Column({ name: 'client_key', type: 'text' })
  clientKey!: string;

  @Column({ type: 'text' })
  name!: string;

  // Of open tasks: what shares pictures with it has the same.
  @Column({ type: 'text', nullable: true })
  collection!: string | null;

  @Column({ type: 'text', default: 'face-detection' })
  goal!: string;

  @Column({ name: 'extractor_version', type: 'integer' })
  extractorVersion!: number;

  @Column({ name: 'extractor_hash', type: 'text' })
  extractorHash!: string;

  @Column({ type: 'integer' })
  dimension!: number;

  @Column({ name: 'batch_size', type: 'integer' })
  batchSize!: number;

  @Column({ type: 'integer' })
  images!: number;

  @Column({ type: 'integer', nullable: true })
  faces!: number | null;

  // As it was sent, `[M, dimension]`.
  @Column({ name: 'description', type: 'real', array: true })
  rows!: number[][];

  @Column({ type: 'jsonb', nullable: true })
  noise!: DescriptionNoise | null;

  // One vector an image, before the extractor; only of open tasks, and read only where models are trained.
  @Column({ name: 'base_rows', type: 'real', array: true, nullable: true, select: false })
  baseRows!: number[][] | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

export function descriptionOf(row: TaskEntity): Description {
  const { extractorVersion, extractorHash, dimension, rows, images, batchSize } = row;
  return { extractorVersion, extractorHash, dimension, rows, images, batchSize };
}

/** The columns that hold a description. */
export function descriptionColumns(description: Description) {
  const { extractorVersion, extractorHash, dimension, rows, images, batchSize } = description;
  return { extractorVersion, extractorHash, dimension, rows: rows.map((row) => [...row]), images, batchSize };
}
