import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'audit_entries' })
export class AuditEntryEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organisation_id', type: 'uuid', nullable: true })
  organisationId!: string | null;

  @Column({ name: 'actor_kind', type: 'text' })
  actorKind!: 'api-key' | 'operator' | 'system';

  @Column({ name: 'actor_id', type: 'text' })
  actorId!: string;

  @Column({ type: 'text' })
  action!: AuditedAction;

  @Column({ name: 'subject_kind', type: 'text' })
  subjectKind!: string;

  @Column({ name: 'subject_id', type: 'text' })
  subjectId!: string;

  @Column({ type: 'jsonb' })
  details!: Readonly<Record<string, string | number>>;

  @Column({ name: 'request_id', type: 'text' })
  requestId!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

export type AuditedAction =
  | 'operator.sign-in'
  | 'operator.sign-out'
  | 'organisation.create'
  | 'api-key.create'
  | 'api-key.revoke'
  | 'training.request'
  | 'model.promote'
  | 'model.reject'
  | 'model.hold'
  | 'model.restore'
  | 'model.pin'
  | 'model.unpin'
  | 'queue.pause'
  | 'queue.resume'
  | 'queue.redrive'
  | 'job.retry'
  | 'job.cancel'
  | 'round.open'
  | 'round.join'
  | 'round.sum'
  | 'round.promoted'
  | 'round.rejected'
  | 'round.aborted';
