import { Injectable } from '@nestjs/common';

const MOST_TRIES = 10;
const WINDOW_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/** At most ten sign-ins a minute from one address: each costs a third of a second of CPU. */
@Injectable()
export class SignInLimit {
  private readonly tries = new Map<string, { count: number; until: number }>();

  mayTry(address: string, now: number = Date.now()): boolean {
    const seen = this.tries.get(address);
    if (seen !== undefined && seen.until > now) {
      seen.count += 1;
      return seen.count <= MOST_TRIES;
    }
    if (this.tries.size >= MOST_ADDRESSES) this.tries.clear();
    this.tries.set(address, { count: 1, until: now + WINDOW_MS });
    return true;
  }
}
