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
    audit: Array.from({ length: 12 }, (_, index) => ({
      number: 240 - index,
      at: now - index * 17 * MINUTE,
      actor: index % 3 === 0 ? "operador" : index % 3 === 1 ? "valdivia-01" : "server",
      action: ["command.sent", "certificate.renewed", "rollout.halted"][index % 3] ?? "",
      subject: index % 3 === 2 ? "1.5.0" : "valdivia-01",
      details: index % 3 === 0 ? { command: "logs", part: "runtime" } : {},
      hash: (0xa3f19c00 + index).toString(16).repeat(8),
    })),
  };
}

function timelineOf(now: number): ConsoleState["timeline"] {
  const line = (
    minutes: number,
    kind: ConsoleState["timeline"][number]["kind"],
    code: string,
    text: string,
    actor: string | null = null,
  ) => ({
    id: `${kind}:${minutes}`,
    at: now - minutes * MINUTE,
    kind,
    code,
    text,
    actor,
  });
  return [
    line(11, "command", "test-print", "failed printer.paper-end The receipt printer has no paper", "operador"),
    line(12, "alert", "printer-paper-empty", "printer paper-end"),
    line(95, "event", "runtime.journey-ended", "service=fonasa/bono-atencion result=delivered"),
    line(120, "command", "logs", "done Boleta que no salió", "operador"),
    line(1_500, "update", "succeeded", "services/fonasa.bono-atencion-1.2.0.tar.zst"),
    line(2_900, "cleared", "silent", ""),
    line(2_960, "alert", "silent", ""),
    line(4_400, "audit", "kiosk.changed", "", "tecnica"),
  ];
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
    why: "pilot: 2 of 12 failed, more than 0 %",
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
        code: "update.self-check-failed",
        message: "The release did not stand its trial",
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
