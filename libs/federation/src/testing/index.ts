export { type InMemoryRound, type Losses, runRound } from './in-memory-round.js';
