import { beforeAll, describe, expect, it } from '@jest/globals';
import { AggregationClient } from './aggregation-client.js';
import {
  type Attendance,
  endStep,
  mailboxOf,
  readMessage,
  rosterOf,
  survivorsOf,
  unmaskedSum,
} from './aggregation-server.js';
import { fromBase64, toBase64 } from './base64.js';
import type { InputMessage, KeysMessage, SharesMessage, UnmaskMessage } from './messages.js';

const plan = { round: 'r', seats: 5, threshold: 3, length: 4, bound: 1 };
const vector = [0.1, -0.2, 0.3, -0.4];
const refusal = (code: string, field?: string) => expect.objectContaining({ code, ...(field && { field }) });

/** The text with one bit of its bytes turned. */
function turned(text: string, at = 20): string {
  const bytes = fromBase64(text);
  bytes[at]! ^= 1;
  return toBase64(bytes);
}

describe('refusals', () => {
  let clients: AggregationClient[];
  let keys: KeysMessage[];
  let shares: SharesMessage[];
  let inputs: InputMessage[];
  let unmasking: UnmaskMessage[];
  // Seat 5 drops out before it contributes.
  const joined: Attendance = { keys: [1, 2, 3, 4, 5] };
  const shared: Attendance = { ...joined, shares: [1, 2, 3, 4, 5] };
  const given: Attendance = { ...shared, input: [1, 2, 3, 4] };

  beforeAll(async () => {
    clients = await Promise.all([1, 2, 3, 4, 5].map((seat) => AggregationClient.join(plan, seat)));
    keys = clients.map((client) => client.keys());
    shares = await Promise.all(clients.map((client) => client.shares(rosterOf(plan, keys))));
    inputs = await Promise.all(
      clients.slice(0, 4).map((client, at) => client.input(mailboxOf(plan, shares, at + 1), vector)),
    );
    unmasking = await Promise.all(clients.slice(0, 4).map((client) => client.unmask(survivorsOf(plan, inputs))));
  });

  it.each<[string, () => [Attendance, unknown], string, string]>([
    ['no message at all', () => [{}, null], 'INVALID_MESSAGE', 'message'],
    ['an unknown step', () => [{}, { ...keys[0], step: 'bye' }], 'INVALID_MESSAGE', 'step'],
    ['a field too many', () => [{}, { ...keys[0], name: 'x' }], 'INVALID_MESSAGE', 'message'],
    ['a short key', () => [{}, { ...keys[0], masking: 'AAAA' }], 'INVALID_MESSAGE', 'masking'],
    ['a seat beyond the last', () => [{}, { ...keys[0], seat: 6 }], 'INVALID_MESSAGE', 'seat'],
    ['another round', () => [{}, { ...keys[0], round: 'other' }], 'OUT_OF_STEP', 'round'],
    ['a step too early', () => [{}, shares[0]], 'OUT_OF_STEP', 'step'],
    ['a step that is over', () => [joined, keys[0]], 'OUT_OF_STEP', 'step'],
    ['a round that is over', () => [{ ...given, unmask: [1, 2, 3] }, unmasking[0]], 'OUT_OF_STEP', 'step'],
    ['a seat that dropped out', () => [{ keys: [1, 2, 3, 4] }, shares[4]], 'OUT_OF_STEP', 'seat'],
    ['a box too few', () => [joined, { ...shares[0], boxes: shares[0]!.boxes.slice(1) }], 'TAMPERED', 'boxes'],
    [
      'two boxes for one',
      () => [joined, { ...shares[0], boxes: [...shares[0]!.boxes.slice(1), shares[0]!.boxes[1]] }],
      'TAMPERED',
      'boxes',
    ],
    ['a contribution too short', () => [shared, { ...inputs[0], masked: 'AAAA' }], 'INVALID_MESSAGE', 'masked'],
    [
      'shares of both secrets of a client',
      () => [given, { ...unmasking[0], keys: [...unmasking[0]!.keys, unmasking[0]!.seeds[1]] }],
      'TAMPERED',
      'keys',
    ],
  ])('by the server: %s', (_name, message, code, field) => {
    const [attendance, value] = message();
    expect(() => readMessage(plan, attendance, value)).toThrow(refusal(code, field));
  });

  it('by the server: a step that too few took', () => {
    expect(() => endStep(plan, joined, [1, 2])).toThrow(refusal('BELOW_THRESHOLD', 'shares'));
    expect(endStep(plan, joined, [3, 1, 2])).toEqual({ ...joined, shares: [1, 2, 3] });
  });

  it('by the server: false shares, of a seed and of a key', async () => {
    const transcript = { keys, shares: shared.shares!, inputs, unmasking };
    const [sum] = await unmaskedSum(plan, transcript);
    expect(sum).toBeCloseTo(0.4, 6);
    for (const kind of ['seeds', 'keys'] as const) {
      const list = unmasking[1]![kind].map((share) => ({ ...share, share: turned(share.share) }));
      const changed = [unmasking[0]!, { ...unmasking[1]!, [kind]: list }, unmasking[2]!];
      await expect(unmaskedSum(plan, { ...transcript, unmasking: changed })).rejects.toThrow(refusal('TAMPERED'));
    }
    await expect(unmaskedSum(plan, { ...transcript, unmasking: unmasking.slice(2) })).rejects.toThrow(
      refusal('BELOW_THRESHOLD'),
    );
  });

  it.each<[string, (roster: ReturnType<typeof rosterOf>) => unknown, string]>([
    ['of another round', (roster) => ({ ...roster, round: 'other' }), 'OUT_OF_STEP'],
    ['too short', ({ clients: list, ...roster }) => ({ ...roster, clients: list.slice(0, 2) }), 'BELOW_THRESHOLD'],
    ['without the own keys', ({ clients: list, ...roster }) => ({ ...roster, clients: list.slice(1) }), 'TAMPERED'],
    [
      'with a key twice',
      ({ clients: list, ...roster }) => ({
        ...roster,
        clients: list.map((one) => (one.seat === 3 ? { ...one, masking: list[3]!.masking } : one)),
      }),
      'TAMPERED',
    ],
    [
      'with a seat twice',
      ({ clients: list, ...roster }) => ({
        ...roster,
        clients: list.map((one) => (one.seat === 3 ? { ...one, seat: 4 } : one)),
      }),
      'TAMPERED',
    ],
    ['of another form', () => 'no', 'INVALID_MESSAGE'],
  ])('by a client: a roster %s', async (_name, change, code) => {
    const client = await AggregationClient.join(plan, 1);
    const roster = rosterOf(plan, [client.keys(), ...keys.slice(1)]);
    await expect(client.shares(change(roster))).rejects.toThrow(refusal(code));
  });

  async function clientWithMail() {
    const fresh = await Promise.all([1, 2, 3, 4, 5].map((seat) => AggregationClient.join(plan, seat)));
    const roster = rosterOf(
      plan,
      fresh.map((client) => client.keys()),
    );
    const sent = await Promise.all(fresh.map((client) => client.shares(roster)));
    return { client: fresh[0]!, mailbox: mailboxOf(plan, sent, 1) };
  }

  it('by a client: boxes that were changed, swapped, or too few', async () => {
    const boxes = (change: (list: { from: number; box: string }[]) => unknown) => async () => {
      const { client, mailbox } = await clientWithMail();
      return client.input({ ...mailbox, boxes: change(mailbox.boxes) }, vector);
    };
    await expect(boxes(([first, ...rest]) => [{ ...first!, box: turned(first!.box) }, ...rest])()).rejects.toThrow(
      refusal('TAMPERED', 'box of seat 2'),
    );
    const swapped = boxes(([a, b, ...rest]) => [{ ...a!, box: b!.box }, { ...b!, box: a!.box }, ...rest]);
    await expect(swapped()).rejects.toThrow(refusal('TAMPERED'));
    await expect(boxes((list) => list.slice(0, 1))()).rejects.toThrow(refusal('BELOW_THRESHOLD'));
    await expect(boxes(([first, ...rest]) => [{ ...first!, from: 9 }, ...rest])()).rejects.toThrow(refusal('TAMPERED'));
  });

  it('by a client: contributions that leave it out, name a stranger, or are too few', async () => {
    for (const [seats, code] of [
      [[2, 3, 4], 'TAMPERED'],
      [[1, 2, 3, 7], 'TAMPERED'],
      [[1, 2, 2, 3], 'TAMPERED'],
      [[1, 2], 'BELOW_THRESHOLD'],
    ] as const) {
      const { client, mailbox } = await clientWithMail();
      await client.input(mailbox, vector);
      await expect(client.unmask({ step: 'input', round: 'r', seats })).rejects.toThrow(refusal(code));
    }
  });

  it('by a client: a step twice, or before its time', async () => {
    const client = await AggregationClient.join(plan, 1);
    await expect(client.unmask(survivorsOf(plan, inputs))).rejects.toThrow(refusal('OUT_OF_STEP'));
    await client.shares(rosterOf(plan, [client.keys(), ...keys.slice(1)]));
    await expect(client.shares(rosterOf(plan, keys))).rejects.toThrow(refusal('OUT_OF_STEP'));
    await expect(clients[0]!.input(mailboxOf(plan, shares, 1), vector)).rejects.toThrow(refusal('OUT_OF_STEP'));
    await expect(clients[0]!.unmask(survivorsOf(plan, inputs))).rejects.toThrow(refusal('OUT_OF_STEP'));
  });
});
