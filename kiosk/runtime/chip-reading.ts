import { randomUUID } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { anySignal, withDeadline } from "../../base/deadline.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import { parseRun } from "../../base/run.ts";
import {
  type ChipCardReader,
  type ChipReading,
  type ChipReadOptions,
  type DataGroup,
  isGenuine,
} from "../../drivers/chip-card-reader/interface.ts";
import { isOffered } from "../../drivers/first-status.ts";
import type { ChipEvidence } from "../../flows/engine/ports.ts";
import { whenFree } from "./when-free.ts";

/** Longer than any citizen looks for a card; the session's own time-out comes first. Milliseconds. */
const TAP_WITHIN = 300_000;
/** The driver ends a read by itself before this, milliseconds. */
const READ_WITHIN = TAP_WITHIN + 100_000;
/** How long a reader may take to let go of the card before, milliseconds: powering it down has a deadline of 10 s. */
const FREE_WITHIN = 15_000;
/** What identifies: the machine-readable zone, and the personal number. Neither face nor signature leaves the card. */
const GROUPS: readonly DataGroup[] = ["DG1", "DG11"];

/** Waits for a card on `reader` and reads what identifies its holder. Ends as soon as the reader is gone. */
export async function readChip(
  reader: ChipCardReader,
  clock: Clock,
  options: Pick<Required<ChipReadOptions>, "key" | "signal" | "onProgress">,
): Promise<Outcome<ChipEvidence>> {
  const { signal, key } = options;
  const free = await withDeadline(clock, FREE_WITHIN, signal, "the card before", (ended) => whenFree(reader, ended));
  if (!free.ok) return failed(signal.aborted ? free.error : coded("chip-card.busy", reader.id));

  const gone = new AbortController();
  const unsubscribe = reader.status.subscribe((status) => {
    if (!isOffered(status)) gone.abort();
  });
  // What comes late belongs to a page that is no longer there.
  const onProgress: typeof options.onProgress = (progress) => signal.aborted || options.onProgress(progress);
  const read = await withDeadline(clock, READ_WITHIN, signal, "read of a chip", async (ended) => {
    const stop = anySignal(gone.signal, ended);
    const outcome = await reader.read({ key, groups: GROUPS, within: TAP_WITHIN, signal: stop, onProgress });
    return outcome.outcome === "ok" ? ok(outcome.value) : err(outcome.error);
  });
  unsubscribe();
  if (read.ok) return done(evidenceOf(read.value));
  return failed(gone.signal.aborted ? coded("link.lost", reader.id) : read.error);
}

/**
 * Cut down to what a journey needs. A document that offers no proof of being the original could be a copy, however well it is signed;
 * it does not count as genuine.
 */
function evidenceOf({ mrz, person, expired, authenticity }: ChipReading): ChipEvidence {
  const { chipAuthentication, activeAuthentication } = authenticity;
  const original = chipAuthentication.proof === "proved" || activeAuthentication.proof === "proved";
  const places = [person?.personalNumber ?? "", ...mrz.optionalData];
  return {
    reading: randomUUID(),
    documentNumber: mrz.documentNumber,
    birthDate: mrz.birthDate,
    runs: places.flatMap((text) => {
      const run = parseRun(text.replaceAll("<", ""));
      return run.ok ? [run.value] : [];
    }),
    expired,
    genuine: original && isGenuine(authenticity),
  };
}
