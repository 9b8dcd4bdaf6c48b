import { z } from "zod";
import { ok } from "../../../base/result.ts";
import type { StaffManagement } from "../../access/staff.ts";
import type { FleetContext } from "../../context.ts";
import { auditQuerySchema, newStaffSchema, staffChangeSchema } from "../contract/access.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { ConsoleParts } from "../parts.ts";
import { auditPage } from "../queries/audit.ts";

const staffParams = z.strictObject({ staff: z.string().max(100) });

/** Who may use the console, and what they did. */
export function staffRoutes(
  { db }: FleetContext,
  { verifyAudit }: ConsoleParts,
  management: StaffManagement,
): Endpoint[] {
  return [
    endpoint("audit", {
      summary: "The audit trail, newest first; `verify=1` checks its whole chain",
      query: auditQuerySchema,
      handle: ({ query }) => auditPage(db, query, verifyAudit),
    }),
    endpoint("staff", {
      summary: "Everybody who may use the console, and who might once",
      handle: async () => ok({ staff: await management.list() }),
    }),
    endpoint("newStaff", {
      summary: "Makes a local account",
      body: newStaffSchema,
      handle: ({ body, visitor }) => management.add(body, visitor.staff),
    }),
    endpoint("changeStaff", {
      summary: "Changes roles, disables, or sets a new one-time password",
      params: staffParams,
      body: staffChangeSchema,
      handle: ({ params, body, visitor }) => management.change(params.staff, body, visitor.staff),
    }),
  ];
}
