/** A quick citizen and a quick bank, milliseconds. */
export const QUICK = { thinking: 5, pin: 80, bank: 80, ackTimeout: 400 };
/** The driver's patience, cut down in the same measure, milliseconds. */
export const PATIENCE = {
  ack: 1_000,
  response: 4_000,
  query: 2_000,
  inquiry: 4_000,
  inquiryInterval: 100,
  reconnect: 8_000,
  connect: 8_000,
};
/** The same for a ZVT terminal. */
export const QUICK_ZVT = { thinking: 5, pin: 80, bank: 80, boot: 200 };
export const PATIENCE_ZVT = { connect: 8_000 };
export const ZVT_CARDS = { credit: { kind: "credit", brand: "VI" }, debit: { kind: "debit", brand: "DB" } } as const;
