import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import type { IppClient } from "./client.ts";
import type { PrinterFacts } from "./printer-facts.ts";
import type { PagePrinterTimings } from "./timings.ts";

/** What the parts of this driver share. */
export type PrinterContext = {
  readonly device: string;
  readonly client: IppClient;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly timings: PagePrinterTimings;
  /** Asks the printer about itself and publishes what it says; `undefined` when it did not answer. */
  readonly look: (signal?: AbortSignal) => Promise<PrinterFacts | undefined>;
  /** What keeps the printer from printing, by what it last said. */
  readonly stop: () => ErrorCode | undefined;
  /** Aborts when the driver stops. */
  readonly over: AbortSignal;
};
