import type { ClientMessage, Step } from '@edgelore/federation';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'round_messages' })
export class RoundMessageEntity {
  @PrimaryColumn({ name: 'round_id', type: 'uuid' })
  roundId!: string;

  @PrimaryColumn({ type: 'integer' })
  seat!: number;

  @PrimaryColumn({ type: 'text' })
  step!: Step;

  @Column({ type: 'jsonb' })
  body!: ClientMessage;
}
