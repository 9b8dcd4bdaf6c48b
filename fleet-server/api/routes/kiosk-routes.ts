import { z } from "zod";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { FleetContext } from "../../context.ts";
import {
  journeyQuerySchema,
  type KioskDetail,
  kioskChangeSchema,
  kioskQuerySchema,
  newCommandSchema,
  revocationSchema,
  timelineQuerySchema,
} from "../contract/kiosks.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { type Kiosks, kioskParams } from "../kiosks.ts";
import { listCommands } from "../queries/commands.ts";
import { journeyCounters } from "../queries/journeys.ts";
import { kioskDetail } from "../queries/kiosk-detail.ts";
import { listKiosks } from "../queries/kiosk-list.ts";
import { nowPage } from "../queries/now.ts";
import { timeline } from "../queries/timeline.ts";

const DAY = 24 * 60 * 60_000;

const commandParams = z.strictObject({ command: z.uuid() });

/** The pages on kiosks, and what is done with one. */
export function kioskRoutes({ db, clock }: FleetContext, kiosks: Kiosks): Endpoint[] {
  const detail = async (id: string): Promise<Result<KioskDetail, CodedError<"console.not-found">>> => {
    const found = await kioskDetail(db, id);
    return found === undefined ? err(coded("console.not-found", id)) : ok(found);
  };
  return [
    endpoint("now", {
      summary: "What is broken now, worst first",
      handle: async () => ok(await nowPage(db, clock.now())),
    }),
    endpoint("kiosks", {
      summary: "Kiosks by filter and search, page by page",
      query: kioskQuerySchema,
      handle: ({ query }) => listKiosks(db, query),
    }),
    endpoint("kiosk", {
      summary: "All about one kiosk",
      params: kioskParams,
      handle: ({ params }) => detail(params.kiosk),
    }),
    endpoint("changeKiosk", {
      summary: "Changes place, ring, opening hours and the like",
      params: kioskParams,
      body: kioskChangeSchema,
      handle: async ({ params, body, visitor }) => {
        const changed = await kiosks.change(params.kiosk, body, visitor.staff);
        return changed.ok ? await detail(params.kiosk) : changed;
      },
    }),
    endpoint("timeline", {
      summary: "What happened to the kiosk, newest first",
      params: kioskParams,
      query: timelineQuerySchema,
      handle: async ({ params, query }) => {
        const there = await kiosks.exists(params.kiosk);
        return there.ok ? await timeline(db, params.kiosk, query) : there;
      },
    }),
    endpoint("journeys", {
      summary: "Ended journeys by hour, service and result",
      params: kioskParams,
      query: journeyQuerySchema,
      handle: async ({ params, query }) => {
        const there = await kiosks.exists(params.kiosk);
        return there.ok ? ok(await journeyCounters(db, params.kiosk, clock.now() - query.days * DAY)) : there;
      },
    }),
    endpoint("commands", {
      summary: "The newest commands to the kiosk",
      params: kioskParams,
      handle: async ({ params }) => {
        const there = await kiosks.exists(params.kiosk);
        return there.ok ? ok({ commands: await listCommands(db, params.kiosk) }) : there;
      },
    }),
    endpoint("sendCommand", {
      summary: "Signs a command and sends it to the kiosk",
      params: kioskParams,
      body: newCommandSchema,
      handle: ({ params, body, visitor }) => kiosks.send(params.kiosk, body, visitor.staff),
    }),
    endpoint("commandLogs", {
      summary: "The log records that the command `logs` gathered",
      params: commandParams,
      handle: async ({ params: { command } }) => {
        const row = await db.selectFrom("command").select("logs").where("id", "=", command).executeTakeFirst();
        return row?.logs == null ? err(coded("console.not-found", command)) : ok(row.logs);
      },
    }),
    endpoint("readiness", {
      summary: "The newest readiness report of the technician",
      params: kioskParams,
      handle: async ({ params: { kiosk } }) => {
        const newest = db.selectFrom("readiness").select("report").where("kiosk", "=", kiosk);
        const row = await newest.orderBy("taken_at", "desc").limit(1).executeTakeFirst();
        return row === undefined ? err(coded("console.not-found", kiosk)) : ok(row.report);
      },
    }),
    endpoint("revoke", {
      summary: "Ends every certificate of the kiosk, for good",
      params: kioskParams,
      body: revocationSchema,
      handle: ({ params, body, visitor }) => kiosks.revoke(params.kiosk, body.reason, visitor.staff),
    }),
  ];
}
