import type { Clock } from "../../base/clock.ts";
import { QUERIES } from "../../base/contracts/gateway.ts";
import { withDeadline } from "../../base/deadline.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import type { FingerprintReader, FingerprintTemplate } from "../../drivers/fingerprint-reader/interface.ts";
import type { FingerAnswer, FingerProgress, JourneyPorts } from "../../flows/engine/ports.ts";
import type { GatewayClient } from "./gateway/client.ts";
import { whenFree } from "./when-free.ts";

/** Longer than any citizen looks for a reader; the session's own time-out comes first. Milliseconds. */
const CAPTURE_WITHIN = 300_000;
/** With the gateway's answer, milliseconds: it has two attempts of 15 s. */
const VERIFY_WITHIN = CAPTURE_WITHIN + 60_000;
/** How long a reader may take to put its light out after a capture that was given up, milliseconds. */
const FREE_WITHIN = 15_000;

export type FingerOptions = Parameters<JourneyPorts["verifyFinger"]>[1];

/**
 * Captures a finger on `reader` and has the gateway say whose it is. The template is in this function's hands only, and overwritten by the
 * driver as soon as the gateway has answered or cannot be reached.
 */
export async function verifyFinger(
  reader: FingerprintReader,
  { gateway, clock }: { readonly gateway: GatewayClient; readonly clock: Clock },
  { run, finger }: Parameters<JourneyPorts["verifyFinger"]>[0],
  options: FingerOptions,
): Promise<Outcome<FingerAnswer>> {
  const { signal } = options;
  const free = await withDeadline(clock, FREE_WITHIN, signal, "the finger before", (ended) => whenFree(reader, ended));
  if (!free.ok) return failed(signal.aborted ? free.error : coded("fingerprint-reader.busy", reader.id));

  // What comes late belongs to a page that is no longer there.
  const onProgress = (progress: FingerProgress) => signal.aborted || options.onProgress(progress);
  const verified = await withDeadline(clock, VERIFY_WITHIN, signal, "fingerprint", async (ended) => {
    const compare = async ({ bytes }: FingerprintTemplate) => {
      onProgress({ feedback: "comparing" });
      // No second copy of the bytes: the text is what goes over the wire, and its memory is given back after the citizen.
      const template = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
      return await gateway.query("identity.fingerprint.verify", { run, finger, template }, ended);
    };
    const captured = await reader.capture(compare, {
      ...{ finger, within: CAPTURE_WITHIN, signal: ended },
      onFeedback: onProgress,
    });
    return captured.outcome === "ok" ? ok(captured.value) : err(captured.error);
  });
  if (!verified.ok) return failed(verified.error);
  const answered = verified.value;
  if (answered.outcome !== "ok") return failed(coded("fingerprint.unavailable", answered.error.code));
  const read = QUERIES["identity.fingerprint.verify"].result.safeParse(answered.value);
  return read.success ? done(read.data.answer) : failed(coded("fingerprint.unavailable", "answer"));
}
