import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../base/node/system-clock.ts";
import { PcscTerminal } from "../../drivers/chip-card-reader/pcsc/terminal.ts";
import { type PrivatePcsc, privatePcscProblem, startPrivatePcsc } from "../../simulators/chip-card/private-pcsc.ts";
import { until } from "./until.ts";

/** Why no private PC/SC service can be started here; undefined when one can. */
export function pcscMissing(): string | undefined {
  return privatePcscProblem()?.en;
}

/** A private PC/SC service in a folder of its own. */
export function startPcsc(): Promise<PrivatePcsc> {
  return startPrivatePcsc(mkdtempSync(join(tmpdir(), "pcsc-")));
}

/**
 * Looks at the slot through PC/SC, from this process. vpcd never sees a card that is put in before it has let go of the last one, which
 * takes it up to half a second: a hand waits for `empty` before each card.
 */
export function watchSlot({ environment, reader }: PrivatePcsc): {
  readonly empty: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
} {
  // The PC/SC library reads it when it connects.
  Object.assign(process.env, environment);
  const terminal = new PcscTerminal({ reader, clock: systemClock });
  terminal.start();
  const isEmpty = () => terminal.state.value.reader === "present" && terminal.state.value.card === "absent";
  return { empty: () => until("an empty slot", isEmpty), stop: () => terminal.stop() };
}
