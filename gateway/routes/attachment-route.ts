import type { FastifyInstance } from "fastify";
import type { Clock } from "../../base/clock.ts";
import { ATTACHMENT_TYPE, attachmentHashSchema } from "../../base/contracts/attachment.ts";
import { withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { ok } from "../../base/result.ts";
import type { Attachments } from "../attachments/attachments.ts";
import { readUpload, type UploadProblem } from "../attachments/upload.ts";
import { answer, refuse } from "./answers.ts";

export type AttachmentRouteOptions = {
  readonly attachments: Attachments;
  readonly clock: Clock;
  /** Milliseconds for the coming of one. */
  readonly uploadWithin: number;
  readonly stopping: AbortSignal;
};

const STATUS: Readonly<Record<UploadProblem, number>> = {
  "too-large": 413,
  "not-jpeg": 415,
  "other-hash": 400,
  "cut-short": 400,
};

/** `PUT /attachments/<sha256>`, in a scope of its own: no other address takes a picture, and this one nothing else. */
export function attachmentRoute(scope: FastifyInstance, options: AttachmentRouteOptions): void {
  const { attachments, clock, uploadWithin, stopping } = options;
  scope.removeAllContentTypeParsers();
  // The body is left where it is: it is read with a limit and a deadline.
  scope.addContentTypeParser(ATTACHMENT_TYPE, (_request, _body, done) => done(null));

  scope.put<{ Params: { sha256: string } }>("/attachments/:sha256", async (request, reply) => {
    request.told.operation = "attachment";
    const sha256 = attachmentHashSchema.safeParse(request.params.sha256);
    if (!sha256.success) return refuse(reply, 400, coded("common.bad-input", "sha256"));
    const came = await withDeadline(clock, uploadWithin, stopping, "attachment", async () =>
      ok(await readUpload(request.raw, sha256.data)),
    );
    if (!came.ok) {
      void reply.header("connection", "close");
      return refuse(reply, 408, coded("gateway.attachment-refused", "cut-short"));
    }
    const read = came.value;
    if (!read.ok) return refuse(reply, STATUS[read.error], coded("gateway.attachment-refused", read.error));
    const full = attachments.keep(request.kiosk, sha256.data, read.value);
    if (full !== undefined) return refuse(reply, 429, full);
    return answer(reply, 200, { outcome: "ok", result: { sha256: sha256.data } });
  });
}
