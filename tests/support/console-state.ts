import type { z } from "zod";
import type { auditEntrySchema, staffSchema } from "../../fleet-server/api/contract/access.ts";
import type {
  CommandRow,
  enrolmentRowSchema,
  KioskDetail,
  timelineEntrySchema,
} from "../../fleet-server/api/contract/kiosks.ts";
import type { RolloutRow, TargetRow } from "../../fleet-server/api/contract/releases.ts";
import { commandOf, DAY, fleetOf, HOUR, MINUTE } from "./console-data.ts";

/** Demonstration accounts, all with one password. */
export const STAFF = {
  password: "demo-demo-demo",
  names: ["operador", "observador", "tecnica", "versiones", "admin"],
} as const;

/** What the fake server knows; tests change it and tell the pages. */
export type ConsoleState = {
  readonly startedAt: number;
  kiosks: KioskDetail[];
  commands: CommandRow[];
  timeline: z.infer<typeof timelineEntrySchema>[];
  enrolments: z.infer<typeof enrolmentRowSchema>[];
  targets: TargetRow[];
  rollouts: RolloutRow[];
  staff: z.infer<typeof staffSchema>[];
  audit: z.infer<typeof auditEntrySchema>[];
  /** The first audit entry that a check of the chain finds broken. */
  brokenEntry: number | null;
};

export function consoleState(now: number): ConsoleState {
  return {
    startedAt: now,
    kiosks: fleetOf(now),
    commands: [
      commandOf(
        {
          id: "0b7c2f50-5c1e-4a57-9f10-1d6b0a3f0001",
          kiosk: "valdivia-01",
          command: { name: "logs", part: "runtime", lines: 100 },
          state: "done",
          hasLogs: true,
          reason: "Boleta que no salió",
          createdAt: now - 2 * HOUR,
        },
        now,
      ),
      commandOf(
        {
          id: "0b7c2f50-5c1e-4a57-9f10-1d6b0a3f0002",
          kiosk: "valdivia-01",
          command: { name: "test-print", device: "printer" },
          state: "failed",
          code: "printer.paper-end",
          message: "The receipt printer has no paper",
          createdAt: now - 11 * MINUTE,
        },
        now,
      ),
    ],
    timeline: timelineOf(now),
    enrolments: [
      enrolment("osorno-01", "ChileAtiende Osorno", now, {}),
      enrolment("valdivia-01", "ChileAtiende Valdivia, módulo 1", now - 40 * DAY, { usedAt: now - 40 * DAY + HOUR }),
      enrolment("castro-01", "ChileAtiende Castro", now - 9 * DAY, {}),
      enrolment("ancud-01", "ChileAtiende Ancud", now - 12 * DAY, { cancelledAt: now - 12 * DAY + HOUR }),
    ],
    targets: [
      target({
        kind: "release",
        version: "1.5.0",
        platform: "linux-x64",
        notes: "Arranque más rápido.",
        length: 74_300_000,
      }),
      target({ kind: "release", version: "1.4.2", platform: "linux-x64", kiosks: 35, length: 73_900_000 }),
      target({
        kind: "service",
        service: "fonasa/bono-atencion",
        version: "1.3.0",
        notes: "Nuevo paso de contacto.",
        length: 48_200,
      }),
      target({ kind: "service", service: "fonasa/bono-atencion", version: "1.2.0", kiosks: 35, length: 47_700 }),
    ],
    rollouts: [halted(now), finished(now)],
    staff: [
      staff("operador", ["operator"], now - 4 * MINUTE),
      staff("observador", ["viewer"], now - DAY),
      staff("tecnica", ["technician"], now - 3 * HOUR),
      staff("versiones", ["release-manager"], now - 5 * HOUR),
      staff("admin", ["administrator"], now - MINUTE),
      { ...staff("antigua", ["operator"], null), disabled: true, source: "oidc" },
    ],
    brokenEntry: null,
    audit: Array.from({ length: 12 }, (_, index) => auditEntry(240 - index, now - index * 17 * MINUTE)),
  };
}

function timelineOf(now: number): ConsoleState["timeline"] {
  const line = (
    minutes: number,
    kind: ConsoleState["timeline"][number]["kind"],
    code: string,
    facts: Record<string, string | number | boolean>,
    actor: string | null = null,
  ) => ({
    ...{ id: `${kind}:${minutes}:${code}`, at: now - minutes * MINUTE, kind, code },
    ...{ text: Object.values(facts).join(" "), facts, actor },
  });
  const release = "releases/ventanilla-1.4.2-linux-x64.tar.zst";
  const noPaper = { state: "failed", code: "printer.paper-end", message: "The receipt printer has no paper" };
  return [
    line(11, "command", "test-print", noPaper, "operador"),
    line(12, "alert", "printer-paper-empty", { subject: "printer", detail: "paper-end" }),
    line(95, "event", "identity.refused", { code: "identity.revoked" }),
    line(120, "command", "logs", { state: "done", reason: "Boleta que no salió" }, "operador"),
    line(1_500, "update", "succeeded", { target: "services/fonasa.bono-atencion-1.2.0.tar.zst" }),
    line(2_000, "update", "succeeded", { target: release }),
    line(2_000.1, "event", "fleet.update", { target: release, result: "installed" }),
    line(2_000.2, "cleared", "version-behind", { subject: "release" }),
    line(2_000.3, "event", "agent.runtime-restarted", { version: "1.4.2" }),
    line(2_000.4, "event", "process.started", { part: "agent", version: "1.4.2" }),
    line(2_000.5, "alert", "version-behind", { subject: "release", detail: "1.4.1 → 1.4.2" }),
    line(2_900, "cleared", "silent", { subject: "" }),
    line(2_960, "alert", "silent", { subject: "", detail: "" }),
    line(4_400, "audit", "kiosk.changed", {}, "tecnica"),
  ];
}

/** One of the deeds that a fleet's trail mostly holds. */
function auditEntry(number: number, at: number): ConsoleState["audit"][number] {
  const deeds = [
    {
      ...{ actor: "operador", action: "command.sent", subject: "valdivia-01" },
      details: { command: "2a85258c-acb0-4fc9-a00f-68a1c0cb0ec4", name: "logs", part: "runtime", reason: "Boleta" },
    },
    {
      ...{ actor: "valdivia-01", action: "kiosk.enrolled", subject: "valdivia-01" },
      details: {
        ...{ enrolment: "12f85cbc-4dd6-40f7-ae7d-6787cd77e84e", thumbprint: "0d2ba95f".repeat(8), replaced: 0 },
        machine: { hostname: "valdivia-01", platform: "linux-x64" },
      },
    },
    {
      ...{ actor: "server", action: "rollout.halted", subject: "7f0e9c3a-0000-4000-8000-000000000001" },
      details: {
        why: 'Ring "pilot": 1 failed, 1 silent of 12 (16.7 %), at most 0 % may.',
        facts: { kind: "errors", ring: "pilot", failed: 1, silent: 1, size: 12, limit: 0 },
      },
    },
    { actor: "admin", action: "staff.created", subject: "antigua", details: { roles: ["viewer", "operator"] } },
  ];
  const deed = deeds[number % deeds.length] ?? deeds[0];
  return { number, at, actor: "", action: "", subject: "", details: {}, ...deed, hash: number.toString(16).repeat(32) };
}

function enrolment(kiosk: string, place: string, createdAt: number, rest: { usedAt?: number; cancelledAt?: number }) {
  const days = { id: `enrolment-${kiosk}`, kiosk, place, site: place, ring: "general", by: "tecnica" };
  return { ...days, createdAt, expiresAt: createdAt + DAY, usedAt: null, cancelledAt: null, ...rest };
}

function target(wish: Pick<TargetRow, "kind" | "version" | "length"> & Partial<TargetRow>): TargetRow {
  const path =
    wish.kind === "release"
      ? `releases/ventanilla-${wish.version}-linux-x64.tar.zst`
      : `services/${wish.service?.replace("/", ".")}-${wish.version}.tar.zst`;
  return { path, sha256: "5d".repeat(32), notes: "", kiosks: 0, ...wish };
}

const NO_COUNTS = { waiting: 0, told: 0, working: 0, succeeded: 0, failed: 0, silent: 0, "not-fitting": 0 };

function halted(now: number): RolloutRow {
  return {
    id: "7f0e9c3a-0000-4000-8000-000000000001",
    target: "releases/ventanilla-1.5.0-linux-x64.tar.zst",
    kind: "release",
    version: "1.5.0",
    state: "halted",
    why: 'Ring "pilot": 1 failed, 1 silent of 12 (16.7 %), at most 0 % may.',
    whyFacts: { kind: "errors", ring: "pilot", failed: 1, silent: 1, size: 12, limit: 0 },
    by: "versiones",
    createdAt: now - 6 * HOUR,
    changedAt: now - 5 * HOUR,
    silentAfter: 3_600,
    rings: [
      {
        ring: "pilot",
        success: 100,
        error: 0,
        begun: true,
        counts: { ...NO_COUNTS, succeeded: 8, working: 2, failed: 1, silent: 1 },
      },
      { ring: "general", success: 90, error: 10, begun: false, counts: { ...NO_COUNTS, waiting: 24 } },
    ],
    failures: [
      {
        kiosk: "concepcion-01",
        progress: "failed",
        code: "guard.crash-loop",
        message: "Parts of a release on trial started too often, so it was rolled back",
      },
      { kiosk: "temuco-01", progress: "silent", code: "", message: "" },
    ],
  };
}

function finished(now: number): RolloutRow {
  return {
    id: "7f0e9c3a-0000-4000-8000-000000000002",
    target: "services/fonasa.bono-atencion-1.2.0.tar.zst",
    kind: "service",
    service: "fonasa/bono-atencion",
    version: "1.2.0",
    state: "finished",
    why: "",
    by: "versiones",
    createdAt: now - 26 * HOUR,
    changedAt: now - 25 * HOUR,
    silentAfter: 3_600,
    rings: [
      { ring: "pilot", success: 100, error: 0, begun: true, counts: { ...NO_COUNTS, succeeded: 12 } },
      {
        ring: "general",
        success: 90,
        error: 10,
        begun: true,
        counts: { ...NO_COUNTS, succeeded: 23, "not-fitting": 1 },
      },
    ],
    failures: [],
  };
}

function staff(
  name: string,
  roles: ConsoleState["staff"][number]["roles"],
  lastSeen: number | null,
): ConsoleState["staff"][number] {
  return { id: name, name, roles, source: "local", disabled: false, lastSeen };
}
