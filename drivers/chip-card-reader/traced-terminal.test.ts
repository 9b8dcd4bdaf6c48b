import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { fromHex } from "../../base/bytes/bytes.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { SimulatedChip } from "../../simulators/chip-card/chip.ts";
import { issueDocument } from "../../simulators/chip-card/document.ts";
import { createIssuer } from "../../simulators/chip-card/issuer.ts";
import { MemoryTerminal } from "../../simulators/chip-card/memory.ts";
import { drawPictures } from "../../simulators/chip-card/pictures.ts";
import { personWithRun } from "../../simulators/people.ts";
import { CallFrames } from "../framing/call-frames.ts";
import type { OpenChannel } from "../transport/byte-channel.ts";
import { TraceRecorder } from "../transport/trace/recorder.ts";
import { createTrustStore } from "./authenticity/trust-store.ts";
import { PcscChipCardReader } from "./driver.ts";
import { CHIP_CARD_REDACTION } from "./redaction.ts";
import { TOPIC, TracedTerminal } from "./traced-terminal.ts";

const random = (length: number) => new Uint8Array(randomBytes(length));

/** Reads a simulated card, recorded, and what the trace shows of it. */
async function recorded() {
  const person = personWithRun("11111111-1");
  const issuer = await createIssuer("CL", systemClock.now());
  const document = await issueDocument({ person, pictures: await drawPictures(person), issuer, random });
  const memory = new MemoryTerminal();
  const lines: string[] = [];
  const recorder = new TraceRecorder({
    header: { trace: 1, kind: "chip-card-reader", model: "pcsc", content: "masked", startedAt: 0, seed: 0 },
    ...{ clock: systemClock, redaction: CHIP_CARD_REDACTION, write: (line) => lines.push(line) },
  });
  const reader = new PcscChipCardReader({
    ...{ id: "chip", trust: createTrustStore([issuer.csca]), clock: systemClock, log: silentLogger },
    terminal: new TracedTerminal(memory, (open: OpenChannel) => recorder.wrap(open)),
  });
  reader.start();
  memory.insert(new SimulatedChip(document, random));
  const outcome = await reader.read({ key: document.key, within: 20_000 });
  await reader.stop();
  const events = lines.slice(1).map((line) => JSON.parse(line));
  const frames = (way: string) =>
    events
      .flatMap(({ event, hex }) => (event === way ? [fromHex(hex)] : []))
      .flatMap((bytes) => new CallFrames().push(bytes));
  return { outcome, person, memory, out: frames("out"), into: frames("in") };
}

test("a card is read through a recorded terminal as through the terminal itself", async () => {
  const { outcome, person } = await recorded();
  expect(outcome).toMatchObject({ outcome: "ok", value: { mrz: { documentNumber: person.card.documentNumber } } });
});

test("the trace shows which commands were given and how the card answered, and not one byte of data", async () => {
  const { memory, out, into } = await recorded();
  const commands = out.filter(({ topic }) => topic === TOPIC.transmit).map(({ payload }) => payload);
  const answers = into.filter(({ topic, kind }) => topic === TOPIC.transmit && kind === "answer");
  expect(commands).toHaveLength(memory.trace.length);
  for (const [index, { command, answer }] of memory.trace.entries()) {
    expect(commands[index]?.subarray(0, 4)).toEqual(command.subarray(0, 4));
    expect(commands[index]?.subarray(4).every((byte) => byte === 0)).toBe(true);
    const shown = answers[index]?.payload;
    expect(shown).toHaveLength(answer.length);
    expect(shown?.subarray(-2)).toEqual(answer.subarray(-2));
    expect(shown?.subarray(0, -2).every((byte) => byte === 0)).toBe(true);
  }
});
