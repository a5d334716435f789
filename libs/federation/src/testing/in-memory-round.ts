import { AggregationClient } from '../aggregation-client.js';
import {
  type Attendance,
  endStep,
  mailboxOf,
  readMessage,
  rosterOf,
  survivorsOf,
  unmaskedSum,
} from '../aggregation-server.js';
import type { ClientMessage, Step } from '../messages.js';
import type { RoundPlan } from '../round-plan.js';

/** Seats that are gone before they send their message to a step. */
export type Losses = { readonly [step in Step]?: readonly number[] };

/** A round that came to its end, and all that the server ever saw of it. */
export interface InMemoryRound {
  readonly sum: Float64Array;
  /** Seats whose contributions the sum holds. */
  readonly contributors: readonly number[];
  readonly seen: readonly ClientMessage[];
  /** By seat. */
  readonly clients: ReadonlyMap<number, AggregationClient>;
}

/** All parties of a round in one process, each message through JSON as over a wire. Seat s contributes `vectors[s - 1]`. */
export async function runRound(
  plan: RoundPlan,
  vectors: readonly ArrayLike<number>[],
  losses: Losses = {},
): Promise<InMemoryRound> {
  let attendance: Attendance = {};
  const seen: ClientMessage[] = [];
  const seats = Array.from({ length: plan.seats }, (_, at) => at + 1);
  const clients = new Map(
    await Promise.all(seats.map(async (seat) => [seat, await AggregationClient.join(plan, seat)] as const)),
  );
  let left = seats;
  const take = async <Name extends Step>(
    step: Name,
    messageOf: (client: AggregationClient, seat: number) => Promise<ClientMessage>,
  ) => {
    left = left.filter((seat) => !losses[step]?.includes(seat));
    const messages = await Promise.all(
      left.map(async (seat) => {
        const sent = wire(await messageOf(clients.get(seat)!, seat));
        return readMessage(plan, attendance, sent) as Extract<ClientMessage, { step: Name }>;
      }),
    );
    seen.push(...messages);
    attendance = endStep(
      plan,
      attendance,
      messages.map(({ seat }) => seat),
    );
    return messages;
  };

  const keys = await take('keys', async (client) => client.keys());
  const roster = wire(rosterOf(plan, keys));
  const shares = await take('shares', (client) => client.shares(roster));
  const inputs = await take('input', (client, seat) =>
    client.input(wire(mailboxOf(plan, shares, seat)), vectors[seat - 1]!),
  );
  const survivors = wire(survivorsOf(plan, inputs));
  const unmasking = await take('unmask', (client) => client.unmask(survivors));
  const sum = await unmaskedSum(plan, { keys, shares: attendance.shares!, inputs, unmasking });
  return { sum, contributors: attendance.input!, seen, clients };
}

function wire(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message));
}
