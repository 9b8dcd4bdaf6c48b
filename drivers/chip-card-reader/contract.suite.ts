import { afterEach, beforeEach, expect, test } from "vitest";
import { contractSuite } from "../contract-suite.ts";
import { isOffered } from "../first-status.ts";
import type { ChipCardReader, ChipKey } from "./interface.ts";

/** A reader and the hand that puts cards on it. */
export type ChipCardBench = {
  /** Not started. It trusts the authority that signed the cards. */
  readonly reader: ChipCardReader;
  /** Puts the card of the person with `key` on the reader: as it was issued, or spoilt. */
  readonly insert: (card: "genuine" | "cloned" | "other" | "leaves-at-12") => Promise<void>;
  readonly remove: () => Promise<void>;
  readonly key: ChipKey;
  readonly documentNumber: string;
  readonly end: () => Promise<void>;
};

/** For a read that must not wait for a card, milliseconds. */
const SOON = 5_000;

/** What every reader of electronic documents must do, in memory, behind PC/SC, or with a card in the hand. */
export const chipCardReaderContract = contractSuite("chip-card-reader", (makeBench: () => Promise<ChipCardBench>) => {
  let bench: ChipCardBench;

  beforeEach(async () => {
    bench = await makeBench();
    bench.reader.start();
    await expect.poll(() => bench.reader.status.value.link, { timeout: 20_000 }).toBe("connected");
  });
  afterEach(async () => {
    await bench.reader.stop();
    await bench.end();
  });

  const status = () => bench.reader.status.value;
  const shows = (card: string) => expect.poll(() => bench.reader.card.value, { timeout: 20_000 }).toBe(card);
  const read = (more: object = {}) => bench.reader.read({ key: bench.key, within: SOON, groups: ["DG1"], ...more });

  test("a card that is put on the reader while somebody waits is read, and may be read again", async () => {
    const reading = bench.reader.read({ key: bench.key, within: 30_000, groups: ["DG1"] });
    expect(status().readiness).toBe("busy");
    await bench.insert("genuine");
    const expected = { outcome: "ok", value: { mrz: { documentNumber: bench.documentNumber } } };
    expect(await reading).toMatchObject(expected);
    expect(status()).toMatchObject({ readiness: "ready", conditions: [] });
    expect(await read()).toMatchObject(expected);
  });

  test("cards that come and go are told", async () => {
    await shows("absent");
    await bench.insert("genuine");
    await shows("present");
    await bench.remove();
    await shows("absent");
  });

  test("one read at a time: a second one is refused and the first goes on", async () => {
    const first = bench.reader.read({ key: bench.key, within: 30_000, groups: ["DG1"] });
    expect(await read()).toMatchObject({ outcome: "error", error: { code: "chip-card.busy" } });
    await bench.insert("genuine");
    expect(await first).toMatchObject({ outcome: "ok" });
  });

  test("an aborted read ends at once, waiting or reading, and leaves the reader ready", async () => {
    const stop = new AbortController();
    const waiting = read({ signal: stop.signal, within: 60_000 });
    stop.abort();
    expect(await waiting).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    await bench.insert("genuine");
    await shows("present");
    const during = new AbortController();
    const reading = read({ signal: during.signal, onProgress: () => during.abort() });
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    expect(status().readiness).toBe("ready");
    expect(await read()).toMatchObject({ outcome: "ok" });
  });

  test("a read to which nobody brings a card ends at its deadline", async () => {
    expect(await read({ within: 20 })).toMatchObject({
      outcome: "error",
      error: { code: "chip-card.no-card", who: "citizen" },
    });
  });

  test("a card that is taken away in the middle ends the read with that; the next card is read", async () => {
    await bench.insert("leaves-at-12");
    await shows("present");
    expect(await read()).toMatchObject({ outcome: "error", error: { code: "chip-card.removed" } });
    await shows("absent");
    await bench.insert("genuine");
    expect(await read()).toMatchObject({ outcome: "ok" });
  });

  test("a copied chip is told apart from the card that it was copied from", async () => {
    const proof = async () => {
      await shows("present");
      const outcome = await read();
      return outcome.outcome === "ok" ? outcome.value.authenticity.chipAuthentication.proof : outcome;
    };
    await bench.insert("genuine");
    expect(await proof()).toBe("proved");
    await bench.remove();
    await shows("absent");
    await bench.insert("cloned");
    expect(await proof()).toBe("failed");
  });

  test("a card that is no document is an error for the citizen", async () => {
    await bench.insert("other");
    await shows("present");
    expect(await read()).toMatchObject({
      outcome: "error",
      error: { code: "chip-card.not-a-document", who: "citizen" },
    });
  });

  test("a reset ends the read that waits, and the next card is read", async () => {
    const reading = bench.reader.read({ key: bench.key, within: 60_000 });
    expect(await bench.reader.reset()).toEqual({ outcome: "ok", value: undefined });
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    await bench.insert("genuine");
    await shows("present");
    expect(await read()).toMatchObject({ outcome: "ok" });
    expect(isOffered(status())).toBe(true);
  });

  test("stop ends a read that waits", async () => {
    const reading = bench.reader.read({ key: bench.key, within: 60_000 });
    await bench.reader.stop();
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
  });
});
