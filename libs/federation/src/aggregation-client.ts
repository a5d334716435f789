import { agree, generateKeyPair, type KeyPair, secretOf } from './agreement.js';
import { fromBase64, toBase64 } from './base64.js';
import { FederationError } from './federation.error.js';
import { addWords, encode, wordsToBytes } from './fixed-point.js';
import { commitTo, stretch } from './mask.js';
import {
  checkRound,
  type InputMessage,
  type KeysMessage,
  mailboxAnswer,
  type Roster,
  readForm,
  rosterAnswer,
  type SharesMessage,
  STEPS,
  type Step,
  survivorsAnswer,
  type UnmaskMessage,
} from './messages.js';
import { addPairMask } from './pair-mask.js';
import { checkPlan, type RoundPlan } from './round-plan.js';
import { randomScalar, scalarToBytes } from './scalar.js';
import { open, type SharePair, seal } from './sealed-box.js';
import { splitSecret } from './shamir.js';

/**
 * One client of a round of secure aggregation: takes the server's answers, gives the next messages. After Bonawitz et al., Practical secure aggregation
 * for privacy-preserving machine learning (CCS 2017), figure 4 without the signatures. Every step is taken once and in order, so whatever a server asks,
 * it never gets shares of both secrets of one client.
 *
 * @example
 * ```ts
 * const plan = { round: 'r1', seats: 3, threshold: 3, length: 2, bound: 1 };
 * const clients = await Promise.all([1, 2, 3].map((seat) => AggregationClient.join(plan, seat)));
 * const roster = rosterOf(plan, clients.map((client) => client.keys()));
 * const shares = await Promise.all(clients.map((client) => client.shares(roster)));
 * const inputs = await Promise.all(clients.map((client, at) => client.input(mailboxOf(plan, shares, at + 1), [0.25 * at, -0.5])));
 * const survivors = survivorsOf(plan, inputs);
 * const unmasking = await Promise.all(clients.map((client) => client.unmask(survivors)));
 * const sum = await unmaskedSum(plan, { keys: roster.clients, shares: [1, 2, 3], inputs, unmasking });
 * Array.from(sum, (value) => Number(value.toFixed(6))); // => [0.75, -1.5]
 * ```
 */
export class AggregationClient {
  readonly #plan: RoundPlan;
  readonly #seat: number;
  readonly #sealing: KeyPair;
  readonly #masking: KeyPair;
  readonly #seed = randomScalar();
  readonly #opened = new Map<number, SharePair>();
  #next: Step = 'shares';
  #roster: Roster['clients'] = [];

  private constructor(plan: RoundPlan, seat: number, sealing: KeyPair, masking: KeyPair) {
    this.#plan = plan;
    this.#seat = seat;
    this.#sealing = sealing;
    this.#masking = masking;
  }

  /**
   * Makes the keys of one client for one round.
   * @throws FederationError INVALID_PLAN for a plan that this client should not take part in.
   */
  static async join(plan: RoundPlan, seat: number): Promise<AggregationClient> {
    return new AggregationClient(checkPlan(plan), seat, await generateKeyPair(), await generateKeyPair());
  }

  /** Step 1. */
  keys(): KeysMessage {
    const { round } = this.#plan;
    return {
      step: 'keys',
      round,
      seat: this.#seat,
      sealing: this.#sealing.publicKey,
      masking: this.#masking.publicKey,
    };
  }

  /**
   * Step 2: shares both secrets among everybody on the roster.
   * @throws FederationError BELOW_THRESHOLD, or TAMPERED for a roster on which this client's keys were changed or a key comes twice.
   */
  async shares(answer: unknown): Promise<SharesMessage> {
    this.#take('shares');
    const { threshold, round } = this.#plan;
    const roster = readForm(rosterAnswer, answer);
    checkRound(this.#plan, roster);
    this.#checkRoster(roster);
    this.#roster = roster.clients;
    const seats = roster.clients.map(({ seat }) => seat);
    const keyShares = splitSecret(await secretOf(this.#masking), threshold, seats);
    const seedShares = splitSecret(this.#seed, threshold, seats);
    const boxes: SharesMessage['boxes'] = [];
    for (const [at, { seat, sealing }] of roster.clients.entries()) {
      const pair = { key: keyShares[at]!.value, seed: seedShares[at]!.value };
      if (seat === this.#seat) {
        this.#opened.set(seat, pair);
        continue;
      }
      const box = await seal(pair, await agree(this.#sealing.privateKey, sealing, this.#boxPurpose(this.#seat, seat)));
      boxes.push({ to: seat, box: toBase64(box) });
    }
    return { step: 'shares', round, seat: this.#seat, boxes };
  }

  /**
   * Step 3: the contribution `[length]`, within the bound, under its masks.
   * @throws FederationError BELOW_THRESHOLD; TAMPERED for a box that does not open; INVALID_VECTOR.
   */
  async input(answer: unknown, vector: ArrayLike<number>): Promise<InputMessage> {
    this.#take('input');
    const { round, length } = this.#plan;
    const words = encode(vector, this.#plan);
    const mailbox = readForm(mailboxAnswer, answer);
    checkRound(this.#plan, mailbox);
    const senders = mailbox.boxes.map(({ from }) => from);
    this.#checkAmong(
      senders,
      this.#roster.map(({ seat }) => seat).filter((seat) => seat !== this.#seat),
    );
    this.#checkCount(senders.length + 1);
    for (const { from, box } of mailbox.boxes) {
      const { sealing, masking } = this.#roster.find(({ seat }) => seat === from)!;
      const key = await agree(this.#sealing.privateKey, sealing, this.#boxPurpose(from, this.#seat));
      this.#opened.set(from, await open(fromBase64(box), key, from));
      const own = { seat: this.#seat, privateKey: this.#masking.privateKey };
      await addPairMask(words, this.#plan, own, { seat: from, masking }, 1);
    }
    const seed = scalarToBytes(this.#seed);
    addWords(words, await stretch(seed, length), 1);
    const commitment = toBase64(await commitTo(seed));
    return { step: 'input', round, seat: this.#seat, masked: toBase64(wordsToBytes(words)), commitment };
  }

  /**
   * Step 4: of every client whose contribution is in the sum a share of its seed, of every other a share of its key, never both.
   * @throws FederationError BELOW_THRESHOLD, or TAMPERED for a list that leaves this client out or names a stranger.
   */
  async unmask(answer: unknown): Promise<UnmaskMessage> {
    this.#take('unmask');
    const { round } = this.#plan;
    const survivors = readForm(survivorsAnswer, answer);
    checkRound(this.#plan, survivors);
    const members = [...this.#opened.keys()].sort((a, b) => a - b);
    this.#checkAmong(survivors.seats, members);
    this.#checkCount(survivors.seats.length);
    if (!survivors.seats.includes(this.#seat)) this.#tampered('seats', 'leaves out a client that did contribute');
    const shareOf = (of: number, kind: keyof SharePair) => ({
      of,
      share: toBase64(scalarToBytes(this.#opened.get(of)![kind])),
    });
    const isIn = (seat: number) => survivors.seats.includes(seat);
    return {
      step: 'unmask',
      round,
      seat: this.#seat,
      seeds: members.filter(isIn).map((seat) => shareOf(seat, 'seed')),
      keys: members.filter((seat) => !isIn(seat)).map((seat) => shareOf(seat, 'key')),
    };
  }

  // A second answer to the same step could hand over what the first one held back.
  #take(step: Step): void {
    if (this.#next !== step) {
      throw new FederationError(
        'OUT_OF_STEP',
        'step',
        `This client has ${STEPS.indexOf(step) < STEPS.indexOf(this.#next) ? 'already done' : 'not come to'} the step ${step}; it takes each once.`,
      );
    }
    this.#next = STEPS[STEPS.indexOf(step) + 1] ?? 'keys';
  }

  #checkRoster({ clients }: Roster): void {
    const own = clients.find(({ seat }) => seat === this.#seat);
    if (own?.sealing !== this.#sealing.publicKey || own.masking !== this.#masking.publicKey) {
      this.#tampered('clients', 'does not show the keys that this client sent');
    }
    const keys = clients.flatMap(({ sealing, masking }) => [sealing, masking]);
    if (new Set(keys).size < keys.length) this.#tampered('clients', 'shows one key twice');
    this.#checkAmong(
      clients.map(({ seat }) => seat),
      Array.from({ length: this.#plan.seats }, (_, at) => at + 1),
    );
    this.#checkCount(clients.length);
  }

  #checkAmong(seats: readonly number[], allowed: readonly number[]): void {
    if (new Set(seats).size < seats.length) this.#tampered('seats', 'names a seat twice');
    if (seats.some((seat) => !allowed.includes(seat)))
      this.#tampered('seats', 'names a seat that is not in this round');
  }

  #checkCount(clients: number): void {
    const { threshold } = this.#plan;
    if (clients < threshold) {
      throw new FederationError(
        'BELOW_THRESHOLD',
        'seats',
        `${clients} clients are left of the ${threshold} that the round needs; this client contributes nothing.`,
      );
    }
  }

  #tampered(field: string, problem: string): never {
    throw new FederationError('TAMPERED', field, `The server's answer ${problem}; this client leaves the round.`);
  }

  #boxPurpose(from: number, to: number): string {
    return `box/${this.#plan.round}/${from}-${to}`;
  }
}
