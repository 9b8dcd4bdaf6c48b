import { expect } from "vitest";
import type { ChargeSeen, KioskStack } from "../../support/kiosk-stack.ts";

/** What happened to money and bonos since it was made. */
export class Account {
  readonly #stack: KioskStack;
  readonly #before: {
    readonly balance: number;
    readonly charges: number;
    readonly issued: number;
    readonly annulled: number;
  };

  private constructor(stack: KioskStack, before: Account["before"]) {
    this.#stack = stack;
    this.#before = before;
  }

  get before() {
    return this.#before;
  }

  static async open(stack: KioskStack): Promise<Account> {
    const { balance, charges } = await stack.terminal();
    return new Account(stack, { balance, charges: charges.length, ...(await stack.bonos()) });
  }

  /**
   * `taken`: pesos that citizens paid and did not get back; `valid`: bonos that were issued and not annulled.
   *
   * No ticket may ever have been charged twice, whatever happened.
   */
  async now(): Promise<{ taken: number; valid: number; annulled: number; charges: readonly ChargeSeen[] }> {
    const { balance, charges } = await this.#stack.terminal();
    const { issued, annulled } = await this.#stack.bonos();
    const moved = charges.filter(({ moneyMoved }) => moneyMoved).map(({ ticket }) => ticket);
    expect(new Set(moved).size).toBe(moved.length);
    const before = this.#before;
    return {
      taken: balance - before.balance,
      valid: issued - annulled - (before.issued - before.annulled),
      annulled: annulled - before.annulled,
      charges: charges.slice(before.charges),
    };
  }
}
