import { expect, test } from "vitest";
import { fromHex, toLatin1 } from "../../base/bytes/bytes.ts";
import { SimulatedClock } from "../../base/clock.ts";
import { silentLogger } from "../../base/log.ts";
import type { Outcome } from "../../base/outcome.ts";
import { MemoryWire } from "../../simulators/wire/memory.ts";
import { settleOn } from "../../tests/support/payment-terminal.ts";
import { ApduStreamReader, encodeApdu } from "../framing/apdu-stream.ts";
import { ACK, encodeFrame, StxEtxLrcReader } from "../framing/stx-etx-lrc.ts";
import { TransbankTerminal } from "./transbank/driver.ts";
import { ZvtTerminal } from "./zvt/driver.ts";
import { CONTROL, intermediate, printLine } from "./zvt/messages.ts";

const MANY = 2_000;
const POSITIVE = fromHex("800000");

/** A driver on a cable of which the test is the other end. */
function cable() {
  const clock = new SimulatedClock();
  const wire = new MemoryWire();
  return { clock, wire, common: { id: "terminal", open: wire.open, clock, log: silentLogger, random: () => 0 } };
}

/** A ZVT terminal that answers every command with what `answer` says, again and again after each of our answers. */
function endlessZvt(answer: (asked: number) => Uint8Array) {
  const { clock, wire, common } = cable();
  const reader = new ApduStreamReader();
  let begun = false;
  let sent = 0;
  wire.onBytes((bytes) => {
    for (const { control } of reader.push(bytes)) {
      if (control === CONTROL.registration) {
        void wire.write(POSITIVE).then(() => wire.write(fromHex("060f00")));
        continue;
      }
      if (control === CONTROL.authorization) {
        begun = true;
        void wire.write(POSITIVE).then(() => wire.write(answer(sent++)));
      } else if (begun && control >> 8 === 0x80) void wire.write(answer(sent++));
    }
  });
  const terminal = new ZvtTerminal({ ...common, model: "zvt-tcp", settings: { baseline: false } });
  terminal.start();
  return { clock, terminal, sent: () => sent };
}

test.each<[string, (asked: number) => Uint8Array]>([
  ["what goes on", () => encodeApdu(intermediate.encode(0x0a))],
  ["lines of a receipt", (asked) => encodeApdu(printLine.encode(0x01, `LINE ${asked}`))],
  ["blocks of nothing", () => encodeApdu({ control: CONTROL.printBlock, data: new Uint8Array(16_000) })],
])(
  "a ZVT terminal that tells %s two thousand times and no result: the sale ends in doubt, and is never taken for paid",
  async (_name, answer) => {
    const { clock, terminal, sent } = endlessZvt((asked) => (asked < MANY ? answer(asked) : new Uint8Array()));
    await clock.advance(100);
    const outcome: Outcome<unknown> = await settleOn(
      clock,
      terminal.sale({ amount: 1500, ticket: "A1", startedAt: clock.now() }),
      3_600_000,
    );
    expect(outcome.outcome).toBe("unknown");
    expect(sent()).toBeGreaterThan(MANY);
    await settleOn(clock, terminal.stop());
    expect(clock.pending).toBe(0);
  },
);

test("a ZVT terminal whose units claim to be longer than any, and never are: not answered, and the next one is", async () => {
  const { clock, wire, common } = cable();
  let lies = true;
  const reader = new ApduStreamReader();
  wire.onBytes((bytes) => {
    for (const { control } of reader.push(bytes)) {
      if (control >> 8 === 0x80) continue;
      void wire.write(lies ? fromHex("060fff003f00") : POSITIVE);
      if (!lies) void wire.write(fromHex("060f00"));
    }
  });
  const terminal = new ZvtTerminal({ ...common, model: "zvt-tcp", settings: { baseline: false } });
  terminal.start();
  await clock.advance(0);
  expect(await settleOn(clock, terminal.poll())).toMatchObject({ outcome: "error" });
  lies = false;
  expect(await settleOn(clock, terminal.poll())).toMatchObject({ outcome: "ok" });
  await settleOn(clock, terminal.stop());
});

test("a Transbank terminal whose list of sales has no end: a garbled answer, before it fills the memory", async () => {
  const { clock, wire, common } = cable();
  const reader = new StxEtxLrcReader();
  let sent = 0;
  const record = () =>
    encodeFrame(
      toLatin1(
        `0261|00|597000000001|VT000001|T${sent++}|007919|1500|0042|000001|DB|00-00-00|042|DB|23112026|101530|${"x".repeat(10_000)}`,
      ),
    );
  wire.onBytes((bytes) => {
    for (const item of reader.push(bytes)) {
      if (item.kind === "frame") void wire.write(Uint8Array.of(ACK)).then(() => wire.write(record()));
      else if (item.kind === "ack") void wire.write(record());
    }
  });
  const terminal = new TransbankTerminal({ ...common, model: "transbank-integrado" });
  terminal.start();
  await clock.advance(0);
  expect(await settleOn(clock, terminal.details())).toMatchObject({
    outcome: "error",
    error: { code: "payment.garbled" },
  });
  expect(sent).toBeLessThan(200);
  await settleOn(clock, terminal.stop());
});
