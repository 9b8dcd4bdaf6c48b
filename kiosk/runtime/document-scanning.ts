import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import type { DocumentScanner, ScanFeedback, ScannedPage } from "../../drivers/document-scanner/interface.ts";
import type { JourneyPorts, PaperProgress, ScannedPaper } from "../../flows/engine/ports.ts";
import { whenFree } from "./when-free.ts";

/** Longer than any citizen looks for a paper; the session's own time-out comes first. Milliseconds. */
const SCAN_WITHIN = 300_000;
/** The last resort around the scanner's own deadline, milliseconds. */
const END_WITHIN = SCAN_WITHIN + 30_000;
/** How long a scanner may take to let go of a page that was given up, milliseconds. */
const FREE_WITHIN = 15_000;

export type ScanPageOptions = Parameters<JourneyPorts["scanPage"]>[1];

const PROGRESS: Readonly<Record<ScanFeedback, PaperProgress>> = { "insert-media": "insert", scanning: "scanning" };

/**
 * Scans one page on `scanner`.
 *
 * @param keep takes a copy; the scanner destroys its own picture then.
 */
export async function scanPage(
  scanner: DocumentScanner,
  clock: Clock,
  keep: (picture: Uint8Array) => Outcome<ScannedPaper>,
  { signal, onProgress }: ScanPageOptions,
): Promise<Outcome<ScannedPaper>> {
  const free = await withDeadline(clock, FREE_WITHIN, signal, "the page before", (ended) => whenFree(scanner, ended));
  // One that is still busy says so itself.
  if (!free.ok && signal.aborted) return failed(free.error);

  const scanned = await withDeadline(clock, END_WITHIN, signal, "document scanner", async (ended) => {
    // What comes late belongs to a page that is no longer there.
    const use = async ({ bytes }: ScannedPage) =>
      ended.aborted ? failed(coded("common.cancelled", scanner.id)) : keep(bytes);
    const outcome = await scanner.scan(use, {
      ...{ within: SCAN_WITHIN, signal: ended },
      onFeedback: (feedback) => ended.aborted || onProgress(PROGRESS[feedback]),
    });
    return outcome.outcome === "ok" ? ok(outcome.value) : err(outcome.error);
  });
  return scanned.ok ? scanned.value : failed(scanned.error);
}
