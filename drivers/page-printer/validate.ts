import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { PrinterContext } from "./context.ts";
import { texts } from "./ipp/attributes.ts";
import { STATUS } from "./ipp/operations.ts";
import { PDF, type PrinterFacts } from "./printer-facts.ts";
import { type Ticket, templateOf } from "./template.ts";

/**
 * Asks a printer that can tell whether it would take the job, before a citizen's document leaves (RFC 8011, 4.2.3).
 *
 * @returns why it would not; `undefined` when it would, or cannot tell.
 */
export async function validate(
  { client, timings }: PrinterContext,
  ticket: Ticket,
  facts: PrinterFacts,
  signal: AbortSignal,
): Promise<CodedError | undefined> {
  if (!facts.operations.includes("Validate-Job")) return undefined;
  const answer = await client.call("Validate-Job", {
    within: timings.answerWithin,
    signal,
    operation: [
      texts("nameWithoutLanguage", "job-name", ticket.intent),
      texts("mimeMediaType", "document-format", PDF),
    ],
    job: templateOf(ticket, facts),
  });
  if (answer.ok) return undefined;
  const { error, status } = answer.error;
  // Busy now says nothing of later, and one that lists the operation without having it is asked no more than this.
  if (status === STATUS["server-error-busy"] || status === STATUS["server-error-operation-not-supported"])
    return undefined;
  return coded(error.code, "nothing was sent");
}
