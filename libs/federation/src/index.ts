export { AggregationClient } from './aggregation-client.js';
export {
  type Attendance,
  currentStep,
  endStep,
  expectedSeats,
  mailboxOf,
  readMessage,
  rosterOf,
  survivorsOf,
  type Transcript,
  unmaskedSum,
} from './aggregation-server.js';
export { clipToNorm } from './clip-to-norm.js';
export { FederationError, type FederationErrorCode } from './federation.error.js';
export { decodeSum, encode, greatestError } from './fixed-point.js';
export {
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
export { checkPlan, LEAST_THRESHOLD, MOST_SEATS, type RoundPlan, usualThreshold } from './round-plan.js';
export { combineShares, type Share, splitSecret } from './shamir.js';
