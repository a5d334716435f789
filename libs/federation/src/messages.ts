import { z } from 'zod';
import { PUBLIC_KEY_BYTES } from './agreement.js';
import { base64Length } from './base64.js';
import { FederationError } from './federation.error.js';
import { MOST_SEATS, type RoundPlan } from './round-plan.js';
import { SCALAR_BYTES } from './scalar.js';
import { BOX_BYTES } from './sealed-box.js';

/** The steps of a round, in order. */
export const STEPS = ['keys', 'shares', 'input', 'unmask'] as const;
export type Step = (typeof STEPS)[number];

const seat = z.int().min(1).max(MOST_SEATS);
const bytes = (length: number) => z.base64().length(base64Length(length));
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).max(MOST_SEATS);

const publicKeys = { sealing: bytes(PUBLIC_KEY_BYTES), masking: bytes(PUBLIC_KEY_BYTES) };
const share = z.strictObject({ of: seat, share: bytes(SCALAR_BYTES) });
const signed = { round: z.string(), seat };

const keysMessage = z.strictObject({ step: z.literal('keys'), ...signed, ...publicKeys });
const sharesMessage = z.strictObject({
  step: z.literal('shares'),
  ...signed,
  boxes: listOf(z.strictObject({ to: seat, box: bytes(BOX_BYTES) })),
});
const inputMessage = z.strictObject({
  step: z.literal('input'),
  ...signed,
  masked: z.base64(),
  commitment: bytes(SCALAR_BYTES),
});
const unmaskMessage = z.strictObject({
  step: z.literal('unmask'),
  ...signed,
  seeds: listOf(share),
  keys: listOf(share),
});
const clientMessage = z.discriminatedUnion('step', [keysMessage, sharesMessage, inputMessage, unmaskMessage]);

const round = z.string();
export const rosterAnswer = z.strictObject({
  step: z.literal('keys'),
  round,
  clients: listOf(z.strictObject({ seat, ...publicKeys })),
});
export const mailboxAnswer = z.strictObject({
  step: z.literal('shares'),
  round,
  boxes: listOf(z.strictObject({ from: seat, box: bytes(BOX_BYTES) })),
});
export const survivorsAnswer = z.strictObject({ step: z.literal('input'), round, seats: listOf(seat) });

/** Step 1, from a client: two public keys for this round, base64. */
export type KeysMessage = Readonly<z.infer<typeof keysMessage>>;
/** Step 2: for every other client a box that only it can open, with shares of the sender's two secrets. */
export type SharesMessage = Readonly<z.infer<typeof sharesMessage>>;
/** Step 3: the contribution under its masks (little-endian words, base64), and the hash of the seed of the own mask. */
export type InputMessage = Readonly<z.infer<typeof inputMessage>>;
/** Step 4: a share of the seed of each client that contributed, and of the key of each that dropped out before. */
export type UnmaskMessage = Readonly<z.infer<typeof unmaskMessage>>;
export type ClientMessage = KeysMessage | SharesMessage | InputMessage | UnmaskMessage;

/** After step 1, to all: the public keys of everybody. */
export type Roster = Readonly<z.infer<typeof rosterAnswer>>;
/** After step 2, to one client: the boxes for it. */
export type Mailbox = Readonly<z.infer<typeof mailboxAnswer>>;
/** After step 3, to all: who contributed. */
export type Survivors = Readonly<z.infer<typeof survivorsAnswer>>;

/** Reads what came over the wire; what has another form is refused with the field at fault. */
export function readForm<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue?.path.join('.') || 'message';
  throw new FederationError(
    'INVALID_MESSAGE',
    field,
    `${field} of a message of the round is not as it should be: ${issue?.message}.`,
  );
}

/**
 * Reads a client's message of any step.
 * @throws FederationError INVALID_MESSAGE naming the field, OUT_OF_STEP for a message of another round.
 */
export function readClientMessage(plan: RoundPlan, value: unknown): ClientMessage {
  const message = readForm(clientMessage, value);
  checkRound(plan, message);
  if (message.seat > plan.seats) {
    throw new FederationError(
      'INVALID_MESSAGE',
      'seat',
      `The round has ${plan.seats} seats; ${message.seat} is none of them.`,
    );
  }
  if (message.step === 'input' && message.masked.length !== base64Length(4 * plan.length)) {
    throw new FederationError('INVALID_MESSAGE', 'masked', `The masked contribution must hold ${plan.length} words.`);
  }
  return message;
}

export function checkRound(plan: RoundPlan, message: { readonly round: string }): void {
  if (message.round !== plan.round) {
    throw new FederationError(
      'OUT_OF_STEP',
      'round',
      `The message is of round ${message.round}, not of ${plan.round}.`,
    );
  }
}
