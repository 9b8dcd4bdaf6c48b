import { randomBytes } from "node:crypto";
import { pause } from "../../base/deadline.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { ok } from "../../base/result.ts";
import type { CardChannel, CardTerminal } from "../../drivers/chip-card-reader/apdu/channel.ts";
import { createTrustStore } from "../../drivers/chip-card-reader/authenticity/trust-store.ts";
import { PcscChipCardReader } from "../../drivers/chip-card-reader/driver.ts";
import { SimulatedChip } from "../../simulators/chip-card/chip.ts";
import { FULL_PROFILE, issueDocument } from "../../simulators/chip-card/document.ts";
import { createIssuer } from "../../simulators/chip-card/issuer.ts";
import { MemoryTerminal } from "../../simulators/chip-card/memory.ts";
import { drawPictures } from "../../simulators/chip-card/pictures.ts";
import { personWithRun } from "../../simulators/people.ts";
import { type Figures, median, round } from "./figures.ts";

const ROUNDS = 5;
const LIMIT = 1.1;
/** A contactless reader at 424 kbit/s and what its USB and the card's own work add to a command, milliseconds. */
const BITS_PER_SECOND = 424_000;
const PER_COMMAND = 10;

/**
 * A read of DG1 and DG2 with all proofs, against the time that its commands take on the line alone: the same number of commands of
 * the same lengths, with the same waits and nothing in between. Both in turn, five times; the simulated chip's own arithmetic counts
 * for the line, as it would on a card.
 */
export async function run(): Promise<Figures> {
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const person = personWithRun("12345678-5");
  const issuer = await createIssuer("CL", systemClock.now());
  const pictures = await drawPictures(person);
  const document = await issueDocument({ person, pictures, issuer, profile: FULL_PROFILE, random });
  const lines: number[] = [];
  const reads: number[] = [];
  let commands = 0;
  for (let turn = 0; turn <= ROUNDS; turn++) {
    const terminal = new LineTerminal();
    terminal.memory.insert(new SimulatedChip(document, random));
    const reader = new PcscChipCardReader({
      id: "chip",
      terminal,
      trust: createTrustStore([issuer.csca]),
      clock: systemClock,
      log: silentLogger,
    });
    reader.start();
    const began = systemClock.monotonic();
    const outcome = await reader.read({ key: document.key, groups: ["DG1", "DG2"] });
    const took = systemClock.monotonic() - began;
    await reader.stop();
    if (outcome.outcome !== "ok") throw new Error(`read ended in ${JSON.stringify(outcome)}`);
    commands = terminal.waits.length;
    const before = systemClock.monotonic();
    for (const wait of terminal.waits) await pause(systemClock, wait);
    const line = systemClock.monotonic() - before;
    // The first round loads code; it is measured and not counted.
    if (turn === 0) continue;
    lines.push(line);
    reads.push(took);
  }
  const figure = median(reads);
  const peer = median(lines);
  const ratio = round(figure / peer, 3);
  return {
    figure: round(figure),
    unit: "ms for DG1 and DG2 with PACE and all proofs",
    peer: round(peer),
    peerName: "the same commands on the line alone",
    limit: LIMIT,
    ratio,
    commands,
    samples: ROUNDS,
    pass: ratio <= LIMIT,
  };
}

/** A reader whose line takes its time, as real ones do. */
class LineTerminal implements CardTerminal {
  readonly memory = new MemoryTerminal();
  readonly waits: number[] = [];

  get state() {
    return this.memory.state;
  }

  start(): void {}

  async stop(): Promise<void> {}

  async connect() {
    const connected = await this.memory.connect();
    if (!connected.ok) return connected;
    const inner = connected.value;
    const channel: CardChannel = {
      transmit: async (command, signal) => {
        const began = systemClock.monotonic();
        const answered = await inner.transmit(command, signal);
        const arithmetic = systemClock.monotonic() - began;
        const bytes = command.length + (answered.ok ? answered.value.length : 0);
        const line = PER_COMMAND + (bytes * 8 * 1_000) / BITS_PER_SECOND;
        this.waits.push(line + arithmetic);
        await pause(systemClock, line);
        return answered;
      },
      close: () => inner.close(),
    };
    return ok(channel);
  }
}
