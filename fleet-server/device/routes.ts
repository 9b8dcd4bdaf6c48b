import type { FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { logUploadSchema } from "../../base/contracts/fleet/command.ts";
import type { EnrolmentAnswer } from "../../base/contracts/fleet/identity.ts";
import { readinessReportSchema } from "../../base/contracts/fleet/readiness.ts";
import { MAX_BODY, type ReportAnswer, reportBatchSchema } from "../../base/contracts/fleet/report.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Alerts } from "../alerts/interface.ts";
import type { FleetContext } from "../context.ts";
import type { Director } from "../director/interface.ts";
import type { DeviceIdentity, Identity } from "../identity/interface.ts";
import type { Repository } from "../repository/interface.ts";
import type { Rollouts } from "../rollouts/interface.ts";
import { json } from "../store/database.ts";
import { storable } from "../store/rows.ts";
import { badInput, refuse } from "./answers.ts";
import { brokenSequence } from "./ingest/decide.ts";
import type { Ingest } from "./ingest/ingest.ts";

export type RouteParts = {
  readonly context: FleetContext;
  readonly identity: Identity;
  readonly director: Director;
  readonly rollouts: Rollouts;
  readonly repository: Repository;
  readonly alerts: Alerts;
  readonly ingest: Ingest;
};

const SMALL = 65_536;
/** From one address, and in all: what strangers may cost, however many addresses they have. */
const ENROLMENTS_A_MINUTE = 10;
const ENROLMENTS_A_MINUTE_IN_ALL = 120;

/** The only request without a signature: the one-time code stands for it. */
export function enrolmentRoute(scope: FastifyInstance, parts: RouteParts): void {
  const { context, identity, director, rollouts, repository, alerts } = parts;
  const config = { rateLimit: { max: ENROLMENTS_A_MINUTE, timeWindow: 60_000 } };
  const hasRoom = perMinute(ENROLMENTS_A_MINUTE_IN_ALL, context.clock);
  scope.post("/device/v1/enrolment", { bodyLimit: SMALL, config }, async (request, reply) => {
    if (!hasRoom()) return refuse(reply, coded("fleet-server.too-many-tries"), context.clock);
    const enrolled = await identity.enrol(parseJson(textOf(request.body)));
    if (!enrolled.ok) return refuse(reply, enrolled.error, context.clock);
    const { kiosk } = enrolled.value;
    await context.db.transaction().execute(async (within) => {
      await rollouts.enrolled(kiosk, within);
      await alerts.evaluate([kiosk], within);
      await context.bus.publish({ topic: "enrolments" }, within);
      await context.bus.publish({ topic: "kiosks", kiosks: [kiosk] }, within);
    });
    const answer: EnrolmentAnswer = {
      ...enrolled.value,
      ca: identity.ca,
      director: [...director.keys],
      root: { ...repository.root },
      updates: "/updates/",
    };
    return reply.send(answer);
  });
}

/** Tells, each time it is asked, whether there is room for one more in this minute. */
function perMinute(most: number, clock: Clock): () => boolean {
  let began = Number.NEGATIVE_INFINITY;
  let count = 0;
  return () => {
    if (clock.monotonic() - began >= 60_000) [began, count] = [clock.monotonic(), 0];
    return ++count <= most;
  };
}

/** What a kiosk asks for with its identity: `request.device` is who it is. */
export function deviceRoutes(scope: FastifyInstance, parts: RouteParts): void {
  const { context, identity, director, ingest } = parts;
  const { clock, db } = context;

  scope.post("/device/v1/reports", { bodyLimit: MAX_BODY }, async (request, reply) => {
    const batch = parsed(reportBatchSchema, request);
    if (!batch.ok) return refuse(reply, batch.error, clock);
    const broken = brokenSequence(batch.value);
    if (broken !== undefined)
      return refuse(reply, coded("common.bad-input", `reports: ${broken} does not follow the one before`), clock);
    const taken = await ingest.take(request.device, batch.value);
    if (!taken.ok) return refuse(reply, taken.error, clock);
    const desired = await director.etag(request.device.kiosk);
    const answer: ReportAnswer = { ...taken.value, now: clock.now(), desired };
    return reply.send(answer);
  });

  scope.get("/device/v1/desired", async (request, reply) => {
    const { kiosk } = request.device;
    const etag = await director.etag(kiosk);
    if (request.headers["if-none-match"] === etag) return reply.code(304).header("etag", etag).send();
    const desired = await director.desired(kiosk);
    return reply.header("etag", desired.etag).type("application/jose").send(desired.jws);
  });

  scope.post("/device/v1/certificate", { bodyLimit: SMALL }, async (request, reply) => {
    const renewed = await identity.renew(request.device, parseJson(textOf(request.body)));
    if (!renewed.ok) return refuse(reply, renewed.error, clock);
    return reply.send({ certificate: renewed.value.certificate, ca: identity.ca });
  });

  scope.post<{ Params: { command: string } }>(
    "/device/v1/logs/:command",
    { bodyLimit: MAX_BODY },
    async (request, reply) => {
      const upload = parsed(logUploadSchema, request);
      if (!upload.ok) return refuse(reply, upload.error, clock);
      const { numUpdatedRows } = await db
        .updateTable("command")
        .set({ logs: json(storable(upload.value)) })
        .where("id", "=", uuidOf(request.params.command))
        .where("kiosk", "=", request.device.kiosk)
        .where("logs", "is", null)
        .executeTakeFirst();
      // A repeat of an upload whose answer was lost finds its logs there: that is what it wanted.
      if (numUpdatedRows === 0n && !(await hasLogs(context, request.device, request.params.command)))
        return refuse(reply, coded("fleet-server.command-unknown"), clock);
      return reply.code(204).send();
    },
  );

  scope.post("/device/v1/readiness", { bodyLimit: MAX_BODY }, async (request, reply) => {
    const report = parsed(readinessReportSchema, request);
    if (!report.ok) return refuse(reply, report.error, clock);
    const { id, kiosk, takenAt } = report.value;
    if (kiosk !== request.device.kiosk)
      return refuse(reply, coded("common.bad-input", "kiosk: another's report"), clock);
    await db
      .insertInto("readiness")
      .values({ id, kiosk, taken_at: takenAt, received_at: clock.now(), report: json(storable(report.value)) })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
    return reply.code(204).send();
  });
}

async function hasLogs({ db }: FleetContext, { kiosk }: DeviceIdentity, command: string): Promise<boolean> {
  const row = await db
    .selectFrom("command")
    .select("id")
    .where("id", "=", uuidOf(command))
    .where("kiosk", "=", kiosk)
    .executeTakeFirst();
  return row !== undefined;
}

const NO_UUID = "00000000-0000-0000-0000-000000000000";

/** The database refuses to compare a `uuid` with another text. */
function uuidOf(text: string): string {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : NO_UUID;
}

function parsed<T>(schema: z.ZodType<T>, request: FastifyRequest): Result<T, CodedError> {
  const result = schema.safeParse(parseJson(textOf(request.body)));
  return result.success ? ok(result.data) : err(badInput(result.error));
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : "";
}
