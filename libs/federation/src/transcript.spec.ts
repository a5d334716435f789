import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AggregationClient } from './aggregation-client.js';
import { mailboxOf, rosterOf } from './aggregation-server.js';
import { restorePrivateKey } from './agreement.js';
import { fromBase64, toBase64 } from './base64.js';
import { addWords, bytesToWords, decodeSum, encode, wordsToBytes } from './fixed-point.js';
import { commitTo, stretch } from './mask.js';
import type { ClientMessage, InputMessage, KeysMessage, Step, UnmaskMessage } from './messages.js';
import { addPairMask } from './pair-mask.js';
import { bytesToScalar, scalarToBytes } from './scalar.js';
import { combineShares } from './shamir.js';
import { type InMemoryRound, runRound } from './testing/index.js';

// Contributions as far from noise as can be: whoever lifts the masks sees it at once.
const plan = { round: 'watched', seats: 10, threshold: 7, length: 4096, bound: 1 };
const vectors = Array.from({ length: plan.seats }, (_, seat) => new Float64Array(plan.length).fill((seat + 1) / 16));
const LATE = 4;

/** 99.9999% point of chi-square with 255 degrees of freedom. */
const CRITICAL = 372;

/** Pearson's statistic of the bytes against all 256 being equally likely. */
function chiSquare(words: Uint32Array): number {
  const counts = new Float64Array(256);
  const bytes = wordsToBytes(words);
  for (const byte of bytes) counts[byte]! += 1;
  const expected = bytes.length / 256;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('what the server saw of a round', () => {
  let round: InMemoryRound;
  let late: InputMessage;
  let server: Snooper;
  /** What the clients drew at random; no server sees it. */
  const drawn: Uint8Array<ArrayBuffer>[] = [];

  beforeAll(async () => {
    const original = crypto.getRandomValues.bind(crypto);
    const spy = jest.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
      original(bytes);
      drawn.push((bytes as Uint8Array<ArrayBuffer>).slice());
      return bytes;
    });
    round = await runRound(plan, vectors, { input: [LATE] });
    spy.mockRestore();
    const shares = sent(round.seen, 'shares');
    // The message of a client that was given up comes after all, when its key is known already.
    late = await round.clients.get(LATE)!.input(mailboxOf(plan, shares, LATE), vectors[LATE - 1]!);
    server = new Snooper(round.seen, late);
  });

  it('is the sum', () => {
    const exact = round.contributors.reduce((sum, seat) => sum + seat / 16, 0);
    expect(Math.max(...round.sum.map((value) => Math.abs(value - exact)))).toBeLessThan(1e-6);
  });

  it('would show a contribution that is not masked', () => {
    expect(chiSquare(encode(vectors[0]!, plan))).toBeGreaterThan(100 * CRITICAL);
  });

  it('looks uniform as it came, one by one and in sums and differences', () => {
    const inputs = [...round.contributors, LATE].map((seat) => server.masked(seat));
    for (const words of inputs) expect(chiSquare(words)).toBeLessThan(CRITICAL);
    for (const sign of [1, -1] as const) {
      const words = inputs[0]!.slice();
      addWords(words, inputs[1]!, sign);
      expect(chiSquare(words)).toBeLessThan(CRITICAL);
    }
  });

  it('stays uniform under every own mask that the server lifts', async () => {
    const lifted = new Map<number, Uint32Array>();
    for (const seat of round.contributors) {
      const words = server.masked(seat);
      addWords(words, await server.ownMask(seat), -1);
      lifted.set(seat, words);
      expect(chiSquare(words)).toBeLessThan(CRITICAL);
    }
    // All but one: what would give that one away by subtraction from the sum.
    for (const left of round.contributors) {
      const rest = new Uint32Array(plan.length);
      for (const [seat, words] of lifted) if (seat !== left) addWords(rest, words, 1);
      expect(chiSquare(rest)).toBeLessThan(CRITICAL);
    }
  });

  it('stays uniform for a client that came too late, under every pairwise mask that the server lifts', async () => {
    const words = server.masked(LATE);
    await server.liftPairMasks(words, LATE);
    expect(chiSquare(words)).toBeLessThan(CRITICAL);
    await expect(server.ownMask(LATE)).rejects.toMatchObject({ code: 'BELOW_THRESHOLD' });
  });

  it('gives no client away to a server that asks two halves for different things', async () => {
    const seats = Array.from({ length: plan.seats }, (_, at) => at + 1);
    const clients = await Promise.all(seats.map((seat) => AggregationClient.join(plan, seat)));
    const roster = rosterOf(
      plan,
      clients.map((client) => client.keys()),
    );
    const shares = await Promise.all(clients.map((client) => client.shares(roster)));
    await Promise.all(clients.map((client, at) => client.input(mailboxOf(plan, shares, at + 1), vectors[at]!)));
    const without = seats.filter((seat) => seat !== LATE);
    const answers = await Promise.all(
      clients.map((client, at) =>
        client.unmask({ step: 'input', round: plan.round, seats: at + 1 === LATE || at % 2 === 0 ? seats : without }),
      ),
    );
    const seeds = answers.filter((answer) => answer.seeds.some(({ of }) => of === LATE));
    const keys = answers.filter((answer) => answer.keys.some(({ of }) => of === LATE));
    expect(seeds.length + keys.length).toBe(plan.seats);
    expect(Math.max(seeds.length, keys.length)).toBeLessThan(plan.threshold);
    await expect(clients[0]!.unmask({ step: 'input', round: plan.round, seats: without })).rejects.toMatchObject({
      code: 'OUT_OF_STEP',
    });
  });

  it('is enough for whoever knows the seed too, so these attempts are real ones', async () => {
    const words = server.masked(LATE);
    await server.liftPairMasks(words, LATE);
    const hashes = await Promise.all(drawn.map(async (bytes) => toBase64(await commitTo(bytes))));
    const seed = drawn[hashes.indexOf(late.commitment)]!;
    addWords(words, await stretch(seed, plan.length), -1);
    const errors = decodeSum(words, plan).map((value) => Math.abs(value - LATE / 16));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });
});

/** A server that keeps to the protocol and makes of the messages what can be made of them. */
class Snooper {
  readonly #keys: readonly KeysMessage[];
  readonly #inputs: readonly InputMessage[];
  readonly #unmasking: readonly UnmaskMessage[];

  constructor(seen: readonly ClientMessage[], late: InputMessage) {
    this.#keys = sent(seen, 'keys');
    this.#inputs = [...sent(seen, 'input'), late];
    this.#unmasking = sent(seen, 'unmask');
  }

  masked(seat: number): Uint32Array {
    return bytesToWords(fromBase64(this.#inputs.find((input) => input.seat === seat)!.masked));
  }

  async ownMask(seat: number): Promise<Uint32Array> {
    return stretch(scalarToBytes(this.#secret(seat, 'seeds')), plan.length);
  }

  async liftPairMasks(words: Uint32Array, seat: number): Promise<void> {
    const { masking } = this.#keys.find((one) => one.seat === seat)!;
    const privateKey = await restorePrivateKey(this.#secret(seat, 'keys'), masking, 'key');
    for (const other of this.#keys) {
      if (other.seat !== seat) await addPairMask(words, plan, { seat, privateKey }, other, -1);
    }
  }

  #secret(of: number, kind: 'seeds' | 'keys'): bigint {
    const shares = this.#unmasking.flatMap(({ seat, [kind]: list }) =>
      list.filter((share) => share.of === of).map(({ share }) => ({ seat, value: bytesToScalar(fromBase64(share)) })),
    );
    return combineShares(shares, plan.threshold);
  }
}

function sent<Name extends Step>(seen: readonly ClientMessage[], step: Name): Extract<ClientMessage, { step: Name }>[] {
  return seen.filter((message): message is Extract<ClientMessage, { step: Name }> => message.step === step);
}
