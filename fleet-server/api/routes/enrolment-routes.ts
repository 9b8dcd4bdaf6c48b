import { z } from "zod";
import { kioskIdSchema } from "../../../base/contracts/fleet/names.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import type { FleetContext } from "../../context.ts";
import { newEnrolmentSchema } from "../contract/kiosks.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { ConsoleParts } from "../parts.ts";

const SHOWN = 500;

const enrolmentParams = z.strictObject({ enrolment: z.uuid() });

/** One-time codes. */
export function enrolmentRoutes({ db, clock, settings }: FleetContext, parts: ConsoleParts): Endpoint[] {
  const server = () => (settings.devices.publicUrl ?? parts.devicesUrl()).replace(/\/$/, "");
  const select = () =>
    db
      .selectFrom("enrolment")
      .select(["id", "kiosk", "place", "site", "ring", "by", "created_at as createdAt", "expires_at as expiresAt"])
      .select(["used_at as usedAt", "cancelled_at as cancelledAt"]);
  return [
    endpoint("enrolments", {
      summary: "One-time codes, newest first",
      handle: async () =>
        ok({ enrolments: await select().orderBy("created_at", "desc").orderBy("id").limit(SHOWN).execute() }),
    }),
    endpoint("newEnrolment", {
      summary: "Makes a one-time code for a kiosk; the code is told here and nowhere else",
      body: newEnrolmentSchema,
      handle: async ({ body, visitor: { staff } }) => {
        const kiosk = kioskIdSchema.safeParse(body.kiosk);
        if (!kiosk.success) return err(coded("common.bad-input", "kiosk: letters, digits, `.`, `_`, `-`; at most 63"));
        return await db.transaction().execute(async (within) => {
          const known = await within
            .selectFrom("kiosk")
            .select("retired_at")
            .where("id", "=", body.kiosk)
            .executeTakeFirst();
          if (known !== undefined && known.retired_at !== null) return err(coded("console.kiosk-retired", body.kiosk));
          const { id, code } = await parts.identity.newCode({ ...body, by: staff }, within);
          const { expiresIn, ...plain } = body;
          const now = clock.now();
          const times = { createdAt: now, expiresAt: now + expiresIn * 1_000, usedAt: null, cancelledAt: null };
          const where = { server: server(), caFingerprint: parts.identity.caFingerprint };
          return ok({ ...plain, id, by: staff, ...times, code, ...where });
        });
      },
    }),
    endpoint("cancelEnrolment", {
      summary: "Takes back a one-time code that was not used",
      params: enrolmentParams,
      handle: async ({ params: { enrolment }, visitor: { staff } }) =>
        await db.transaction().execute(async (within) => {
          const row = await within
            .selectFrom("enrolment")
            .select("expires_at")
            .where("id", "=", enrolment)
            .forUpdate()
            .executeTakeFirst();
          if (row === undefined) return err(coded("console.not-found", enrolment));
          if (row.expires_at <= clock.now()) return err(coded("console.enrolment-over"));
          const cancelled = await parts.identity.cancelCode(enrolment, staff, within);
          return cancelled ? ok(undefined) : err(coded("console.enrolment-over"));
        }),
    }),
  ];
}
