export { type AuditOptions, type AuditReport, audit } from './audit.js';
export { composedMu, deltaOf, epsilonOf, type Guarantee, muOf, truePositiveBound } from './gaussian-dp.js';
export { type AttackedPicture, type InversionOptions, inversionAttack } from './inversion-attack.js';
export { type MembershipOptions, type MembershipResult, membershipAttack } from './membership-attack.js';
export { type NormalSource, secureNormal } from './normal-source.js';
export { PrivacyError, type PrivacyErrorCode } from './privacy.error.js';
export {
  balanceOf,
  charged,
  type PrivacyBalance,
  type PrivacyEntry,
  type PrivacyLedger,
  parseLedger,
} from './privacy-ledger.js';
export { type DescriptionNoise, descriptionNoise, protectDescription, sensitivityOf } from './protect-description.js';
