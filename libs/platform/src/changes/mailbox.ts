const MOST_WAITING = 1_000;

/** What waits for one reader who may be slow: of more than a thousand letters the oldest are lost. Ends with its signal. */
export class Mailbox<Letter> implements AsyncIterable<Letter> {
  private readonly waiting: Letter[] = [];
  private wake: () => void = () => undefined;

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.wake(), { once: true });
  }

  put(letter: Letter): void {
    this.waiting.push(letter);
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Letter, void, undefined> {
    while (!this.signal.aborted) {
      const letter = this.waiting.shift();
      if (letter !== undefined) yield letter;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}
