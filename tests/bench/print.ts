import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { createReceiptPrinter } from "../../drivers/receipt-printer/driver.ts";
import { EPSON_TM } from "../../drivers/receipt-printer/profile.ts";
import { serialChannel } from "../../drivers/transport/serial.ts";
import { createReceiptPrinterSimulator } from "../../simulators/receipt-printer/simulator.ts";
import { type Figures, median, round } from "./figures.ts";

const ROUNDS = 5;
const BAUD = 38_400;
const BUSY_LIMIT = 0.98;
const LATENCY_LIMIT = 50;
/** About 7.5 KB: two seconds of line time. */
const LINES = 140;

type Round = { readonly busy: number; readonly latency: number };

/**
 * How busy the line is from the first to the last byte of a long ticket, and how long after the printer's own word the
 * driver knows that it is printed. Median of five tickets over a pty to a printer paced at 38 400 bits per second.
 */
export async function run(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "bench-print-"));
  const path = join(folder, "printer");
  const options = { id: "printer", model: EPSON_TM.model, path, clock: systemClock, paced: BAUD, speed: 4_000 };
  const simulator = createReceiptPrinterSimulator(options);
  await simulator.start();
  const printer = createReceiptPrinter({
    id: "printer",
    profile: EPSON_TM,
    open: serialChannel({ path, baudRate: BAUD }, systemClock),
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
    lineRate: BAUD,
  });
  printer.start();
  const rounds: Round[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) rounds.push(await printOnce(turn));
  await printer.stop();
  await simulator.stop();
  rmSync(folder, { recursive: true });
  const busy = median(rounds.map(({ busy }) => busy));
  const latency = median(rounds.map(({ latency }) => latency));
  return {
    figure: round(busy, 4),
    unit: "share of the line's time that is busy, first to last byte of a ticket",
    limit: BUSY_LIMIT,
    ratio: round(busy / BUSY_LIMIT, 3),
    completionMilliseconds: round(latency),
    completionLimit: LATENCY_LIMIT,
    samples: ROUNDS,
    pass: busy >= BUSY_LIMIT && latency <= LATENCY_LIMIT,
  };

  async function printOnce(turn: number): Promise<Round> {
    simulator.line.resetUse();
    let use = simulator.line.use;
    const outcome = await printer.print(
      {
        blocks: Array.from({ length: LINES }, (_, line) => ({
          type: "text",
          text: `ticket ${turn}, line ${String(line).padStart(3, "0")}: as wide as the paper lets it`,
        })),
      },
      {
        onProgress: (progress) => {
          if (progress === "sent") use = simulator.line.use;
        },
      },
    );
    const known = systemClock.monotonic();
    if (outcome.outcome !== "ok" || use === undefined) throw new Error(`print ended in ${JSON.stringify(outcome)}`);
    return { busy: use.busy / (use.last - use.first), latency: known - simulator.lastSentAt };
  }
}
