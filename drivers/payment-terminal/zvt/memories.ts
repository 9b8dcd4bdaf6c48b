import type { SaleIntent } from "../interface.ts";
import type { Memory } from "./judgement.ts";

/** How many earlier attempts are kept. */
const KNOWN_TICKETS = 50;

type Attempt = { readonly baseline?: string; key?: string };

/** What this process knows of the terminal's stored transactions, and of its own attempts to charge, oldest first. */
export class Memories {
  readonly #attempts = new Map<string, Attempt>();
  /** Key of what the terminal has stored last, as far as we know; absent: unknown. */
  last: string | undefined;
  clockOffset: number | undefined;

  /** An attempt is about to be sent. */
  begin({ ticket }: SaleIntent): void {
    this.#attempts.delete(ticket);
    this.#attempts.set(ticket, this.last === undefined ? {} : { baseline: this.last });
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > KNOWN_TICKETS && oldest !== undefined) this.#attempts.delete(oldest);
  }

  /** The attempt with this ticket is the transaction with this key, which is now the last one. */
  made(ticket: string, key: string): void {
    this.#attempts.set(ticket, { ...this.#attempts.get(ticket), key });
    this.last = key;
  }

  forgetLast(): void {
    this.last = undefined;
  }

  ticketOf(key: string): string | undefined {
    for (const [ticket, attempt] of this.#attempts) if (attempt.key === key) return ticket;
    return undefined;
  }

  of({ ticket }: SaleIntent): Memory {
    const baseline = this.#attempts.get(ticket)?.baseline;
    return {
      ticketOf: (key) => this.ticketOf(key),
      ...(baseline !== undefined && { baseline }),
      ...(this.clockOffset !== undefined && { clockOffset: this.clockOffset }),
    };
  }
}
