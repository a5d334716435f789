import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'counted_trials' })
export class CountedTrialEntity {
  @PrimaryColumn({ name: 'trial_id', type: 'uuid' })
  trialId!: string;

  @Column({ name: 'model_version_id', type: 'uuid' })
  modelVersionId!: string;
}
