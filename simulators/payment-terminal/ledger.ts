/** One decision of the simulated bank: money moved, or it did not. */
export type Charge = {
  readonly operationNumber: string;
  readonly ticket: string;
  /** Integer pesos. */
  readonly amount: number;
  readonly commerceCode: string | undefined;
  readonly responseCode: string;
  readonly authorizationCode: string;
  readonly card: Card | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly moneyMoved: boolean;
  reversed: boolean;
};

export type Card = {
  readonly kind: "credit" | "debit";
  readonly last4: string;
  readonly brand: string;
  /** Credit: the number of instalments that the citizen chooses. */
  readonly instalments?: number;
};

/** What really happened to the money, whatever the wire says. It outlives power cuts. */
export class Ledger {
  readonly charges: Charge[] = [];

  record(charge: Omit<Charge, "operationNumber" | "reversed">): Charge {
    const recorded = { ...charge, operationNumber: String(this.charges.length + 1).padStart(6, "0"), reversed: false };
    this.charges.push(recorded);
    return recorded;
  }

  get approved(): readonly Charge[] {
    return this.charges.filter(({ moneyMoved }) => moneyMoved);
  }

  /** Money that has left citizens' accounts and was not given back, integer pesos. */
  get balance(): number {
    return this.approved.reduce((sum, { amount, reversed }) => sum + (reversed ? 0 : amount), 0);
  }

  /** How often a ticket was charged: more than once is the failure that everything here exists to prevent. */
  timesCharged(ticket: string): number {
    return this.approved.filter((charge) => charge.ticket === ticket).length;
  }
}
