import { z } from "zod";

/**
 * Papers of a citizen that belong to a submission, over the same HTTPS with mutual TLS:
 *
 * - `PUT /v1/attachments/<sha256>`, a body of `image/jpeg`: the gateway keeps it, sealed, until a submission names it or a day has passed.
 *   The same one again changes nothing. Answered by a `GatewayAnswer` whose value is a `StoredAttachment`; a body that has another hash, is no JPEG
 *   file or too large is refused (400, 413, 415), and nothing is kept.
 *
 * A kiosk that has left too much there that no submission names is refused with `gateway.attachments-full` (429) until a day has passed.
 *
 * A submission names them in its input's `attachments`, in their order. One that the gateway does not hold for this kiosk ends in
 * `gateway.attachment-missing`, without effect: it may be sent again under the same key once they are there. Those of one submission have
 * `MOST_ATTACHED_BYTES` together at most, above which it ends in `gateway.attachments-too-large`, without effect.
 */

/** SHA-256 of the file's bytes, hexadecimal digits. */
export const attachmentHashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** Bytes that one file may have: a page in colour at 300 dots per inch has about two million. */
export const MOST_ATTACHMENT_BYTES = 8 * 1024 * 1024;

/** How many files one submission may name. */
export const MOST_ATTACHMENTS = 20;

/** Bytes of all files of one submission: twenty pages in colour. A kiosk holds them in memory. */
export const MOST_ATTACHED_BYTES = 40 * 1024 * 1024;

export const ATTACHMENT_TYPE = "image/jpeg";

export const attachmentSchema = z.strictObject({
  sha256: attachmentHashSchema,
  bytes: z.number().int().positive().max(MOST_ATTACHMENT_BYTES),
});
export type Attachment = z.infer<typeof attachmentSchema>;

export const attachmentsSchema = z.array(attachmentSchema).min(1).max(MOST_ATTACHMENTS);

export const storedAttachmentSchema = z.strictObject({ sha256: attachmentHashSchema });

/** The files that a submission's input names, in their order; none when it names none. */
export function attachmentsOf(input: unknown): readonly Attachment[] {
  return withAttachments.safeParse(input).data?.attachments ?? [];
}

const withAttachments = z.looseObject({ attachments: attachmentsSchema });
