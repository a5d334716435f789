import { restorePrivateKey } from './agreement.js';
import { fromBase64, toBase64 } from './base64.js';
import { FederationError } from './federation.error.js';
import { addWords, bytesToWords, decodeSum } from './fixed-point.js';
import { commitTo, stretch } from './mask.js';
import {
  type ClientMessage,
  type InputMessage,
  type KeysMessage,
  type Mailbox,
  type Roster,
  readClientMessage,
  type SharesMessage,
  STEPS,
  type Step,
  type Survivors,
  type UnmaskMessage,
} from './messages.js';
import { addPairMask } from './pair-mask.js';
import type { RoundPlan } from './round-plan.js';
import { bytesToScalar, scalarToBytes } from './scalar.js';
import { combineShares } from './shamir.js';

/** Who took each step that is over, by seat. The first step missing is the one that runs. */
export type Attendance = { readonly [step in Step]?: readonly number[] };

/** The step that runs, or null after the last. */
export function currentStep(attendance: Attendance): Step | null {
  return STEPS.find((step) => attendance[step] === undefined) ?? null;
}

/** Seats that the step that runs waits for; at the first, all. */
export function expectedSeats({ seats }: RoundPlan, attendance: Attendance): readonly number[] {
  const last = STEPS.findLast((step) => attendance[step] !== undefined);
  return last === undefined ? Array.from({ length: seats }, (_, at) => at + 1) : attendance[last]!;
}

/**
 * Reads a client's message to the step that runs.
 * @throws FederationError INVALID_MESSAGE for another form; OUT_OF_STEP for another round or step, or from a seat that has dropped out; TAMPERED for
 * shares of, or boxes for, other clients than the step is about.
 */
export function readMessage(plan: RoundPlan, attendance: Attendance, value: unknown): ClientMessage {
  const message = readClientMessage(plan, value);
  const step = currentStep(attendance);
  if (message.step !== step) {
    throw new FederationError(
      'OUT_OF_STEP',
      'step',
      `The round is ${step === null ? 'over' : `at the step ${step}`}; this message is to the step ${message.step}.`,
    );
  }
  if (!expectedSeats(plan, attendance).includes(message.seat)) {
    throw new FederationError('OUT_OF_STEP', 'seat', `Seat ${message.seat} has dropped out of the round.`);
  }
  const { keys = [], shares = [], input = [] } = attendance;
  if (message.step === 'shares') {
    sameSeats(
      'boxes',
      message.boxes.map(({ to }) => to),
      keys.filter((seat) => seat !== message.seat),
    );
  }
  if (message.step === 'unmask') {
    sameSeats(
      'seeds',
      message.seeds.map(({ of }) => of),
      input,
    );
    sameSeats(
      'keys',
      message.keys.map(({ of }) => of),
      shares.filter((seat) => !input.includes(seat)),
    );
  }
  return message;
}

/**
 * Ends the step that runs, with the seats that answered; the others have dropped out.
 * @throws FederationError BELOW_THRESHOLD when too few are left: the round is over, and nothing was learnt.
 */
export function endStep(plan: RoundPlan, attendance: Attendance, answered: readonly number[]): Attendance {
  const step = currentStep(attendance);
  if (step === null) throw new FederationError('OUT_OF_STEP', 'step', 'The round is over.');
  if (answered.length < plan.threshold) {
    throw new FederationError(
      'BELOW_THRESHOLD',
      step,
      `${answered.length} clients took the step ${step}; the round needs ${plan.threshold}, so it ends without a sum.`,
    );
  }
  return { ...attendance, [step]: [...answered].sort((a, b) => a - b) };
}

/** What goes to all after the step `keys`. */
export function rosterOf({ round }: RoundPlan, messages: readonly KeysMessage[]): Roster {
  return {
    step: 'keys',
    round,
    clients: bySeat(messages).map(({ seat, sealing, masking }) => ({ seat, sealing, masking })),
  };
}

/** What goes to one client after the step `shares`. */
export function mailboxOf({ round }: RoundPlan, messages: readonly SharesMessage[], seat: number): Mailbox {
  const boxes = bySeat(messages).flatMap((message) =>
    message.boxes.filter(({ to }) => to === seat).map(({ box }) => ({ from: message.seat, box })),
  );
  return { step: 'shares', round, boxes };
}

/** What goes to all after the step `input`. */
export function survivorsOf({ round }: RoundPlan, messages: readonly Pick<InputMessage, 'seat'>[]): Survivors {
  return { step: 'input', round, seats: bySeat(messages).map(({ seat }) => seat) };
}

/** What the sum is made from. */
export interface Transcript {
  readonly keys: readonly Pick<KeysMessage, 'seat' | 'masking'>[];
  /** Seats that took the step `shares`: whose masks are in the contributions. */
  readonly shares: readonly number[];
  readonly inputs: readonly InputMessage[];
  readonly unmasking: readonly UnmaskMessage[];
}

/**
 * The sum of all contributions, `[length]`, exact to `greatestError`: takes each contributor's own mask away by its seed, and the masks shared with
 * each that dropped out before contributing by its key; all others cancel.
 * @throws FederationError BELOW_THRESHOLD when too few unmask; TAMPERED when shares do not give the secret that they should.
 */
export async function unmaskedSum(
  plan: RoundPlan,
  { keys, shares, inputs, unmasking }: Transcript,
): Promise<Float64Array> {
  const words = new Uint32Array(plan.length);
  const secretOf = (of: number, kind: 'seeds' | 'keys') =>
    combineShares(
      bySeat(unmasking).flatMap(({ seat, [kind]: list }) =>
        list.filter((share) => share.of === of).map(({ share }) => ({ seat, value: bytesToScalar(fromBase64(share)) })),
      ),
      plan.threshold,
    );
  for (const { seat, masked, commitment } of inputs) {
    addWords(words, bytesToWords(fromBase64(masked)), 1);
    const seed = scalarToBytes(secretOf(seat, 'seeds'));
    if (toBase64(await commitTo(seed)) !== commitment) {
      throw new FederationError(
        'TAMPERED',
        `seed of seat ${seat}`,
        `The shares of the seed of seat ${seat} do not give what it committed to; one of them is false.`,
      );
    }
    addWords(words, await stretch(seed, plan.length), -1);
  }
  const contributors = keys.filter(({ seat }) => inputs.some((input) => input.seat === seat));
  for (const seat of shares.filter((one) => !inputs.some((input) => input.seat === one))) {
    const { masking } = keys.find((one) => one.seat === seat)!;
    const privateKey = await restorePrivateKey(secretOf(seat, 'keys'), masking, `key of seat ${seat}`);
    // What the others added for this seat is the negative of what it would have added itself.
    for (const other of contributors) await addPairMask(words, plan, { seat, privateKey }, other, 1);
  }
  return decodeSum(words, plan);
}

function bySeat<Message extends { readonly seat: number }>(messages: readonly Message[]): Message[] {
  return [...messages].sort((a, b) => a.seat - b.seat);
}

function sameSeats(field: string, seats: readonly number[], expected: readonly number[]): void {
  if (
    seats.length !== expected.length ||
    new Set(seats).size < seats.length ||
    !seats.every((seat) => expected.includes(seat))
  ) {
    throw new FederationError(
      'TAMPERED',
      field,
      `${field} must be about the seats ${expected.join(', ') || 'of nobody'}, each once.`,
    );
  }
}
