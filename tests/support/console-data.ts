import { ALERTS, type AlertEntry } from "../../base/registry/alerts.ts";
import type { Alert, CommandRow, KioskDetail, KioskRow } from "../../fleet-server/api/contract/kiosks.ts";
import { commandRowSchema, kioskDetailSchema } from "../../fleet-server/api/contract/kiosks.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const REGISTRY: Readonly<Record<string, AlertEntry | undefined>> = ALERTS;

type Trouble = Partial<Alert> & Pick<Alert, "code">;

/** An alert as the rules would raise it: what the registry says of its code wins. */
export function alertOf(kiosk: string, index: number, trouble: Trouble, now: number): Alert {
  const entry = REGISTRY[trouble.code];
  return {
    id: `${kiosk}-alert-${index}`,
    kiosk,
    axis: entry?.axis ?? "service",
    severity: entry?.severity ?? "warning",
    who: entry?.who ?? "technician",
    subject: "",
    detail: "",
    since: now - 12 * MINUTE,
    until: null,
    ...trouble,
  };
}

type KioskWish = Partial<Omit<KioskDetail, "alerts">> & {
  readonly id: string;
  readonly place: string;
  readonly troubles?: readonly Trouble[];
};

/** One whole kiosk, in service unless its troubles say otherwise, as the contract has it. */
export function kioskOf({ troubles = [], ...wish }: KioskWish, now: number): KioskDetail {
  const alerts = troubles.map((trouble, index) => alertOf(wish.id, index, trouble, now));
  const critical = alerts.some(({ severity }) => severity === "critical");
  const warning = alerts.some(({ severity }) => severity === "warning");
  return kioskDetailSchema.parse({
    site: wish.place,
    ring: "general",
    tags: [],
    condition: critical ? "critical" : warning ? "warning" : "ok",
    connected: true,
    lastSeen: now - 20_000,
    service: critical ? "out-of-service" : warning ? "degraded" : "in-service",
    release: "1.4.2",
    update: "idle",
    alerts,
    openingHours: [null, ...Array.from({ length: 5 }, () => ({ from: "08:30", to: "14:00" })), null],
    timeZone: "America/Santiago",
    notes: "",
    enrolledAt: now - 40 * DAY,
    state: stateOf(now, { critical, warning }),
    desired: { release: null, services: { "fonasa/bono-atencion": "1.2.0" } },
    certificates: [
      {
        thumbprint: "8f4c1d7a0be29356".repeat(4),
        serial: "5e:12:9a:40",
        issuedAt: now - 20 * DAY,
        expiresAt: now + 70 * DAY,
        revokedAt: null,
        reason: null,
        current: true,
      },
      {
        thumbprint: "19c3aa52f0e84d61".repeat(4),
        serial: "4b:77:01:c2",
        issuedAt: now - 110 * DAY,
        expiresAt: now - 20 * DAY,
        revokedAt: null,
        reason: null,
        current: false,
      },
    ],
    readiness: { id: `${wish.id}-readiness`, takenAt: now - 40 * DAY, technician: "P. Técnica", failed: 0 },
    ...wish,
  });
}

function stateOf(now: number, { critical, warning }: { readonly critical: boolean; readonly warning: boolean }) {
  const printer = critical
    ? [{ code: "paper-end", severity: "fault", who: "attendant", since: now - 12 * MINUTE }]
    : warning
      ? [{ code: "paper-near-end", severity: "warning", who: "attendant", since: now - 50 * MINUTE }]
      : [];
  const common = { link: "connected", readiness: "ready", conditions: [], provisional: false, consumables: [] };
  return {
    service: {
      state: critical ? "out-of-service" : "in-service",
      mode: "in-service",
      closed: critical ? [{ kind: "device", device: "receipt-printer" }] : [],
      services: [
        {
          id: "fonasa/bono-atencion",
          version: "1.2.0",
          available: !critical,
          obstacles: critical ? [{ kind: "device", device: "receipt-printer" }] : [],
        },
        {
          id: "srcei/certificado-nacimiento",
          version: "built-in",
          available: false,
          obstacles: [{ kind: "institution", institution: "srcei" }],
        },
      ],
      shells: 1,
      gatewayReachable: true,
      incidentsWaiting: 0,
    },
    devices: [
      { ...common, device: "terminal", kind: "payment-terminal", model: "Verifone VX 520" },
      {
        ...common,
        device: "printer",
        kind: "receipt-printer",
        model: "Epson TM-T88VI",
        readiness: critical ? "unavailable" : "ready",
        conditions: printer,
        consumables: [{ name: "paper", level: critical ? "empty" : warning ? "low" : "ok" }],
      },
      { ...common, device: "reader", kind: "code-reader", model: "Honeywell 3320g" },
    ],
    software: {
      release: "1.4.2",
      slot: "a",
      packages: { "fonasa/bono-atencion": "1.2.0" },
      update: { state: "idle" },
      metadataExpires: now + 6 * DAY,
    },
    security: { certificateExpires: now + 70 * DAY, clockOffset: 140, mutualTls: true },
    machine: {
      agent: "1.4.2",
      bootedAt: now - 9 * DAY,
      os: "Debian 13",
      platform: "linux-x64",
      diskFreePercent: 62,
      memoryFreePercent: 48,
      temperature: 51,
      memory: { runtime: 96, shell: 310, agent: 54 },
    },
  };
}

/** The part of a kiosk that lists show. */
export function rowOf(kiosk: KioskDetail): KioskRow {
  const { openingHours, timeZone, notes, enrolledAt, state, desired, certificates, readiness, ...row } = kiosk;
  return row;
}

export function commandOf(
  wish: Partial<CommandRow> & Pick<CommandRow, "id" | "kiosk" | "command">,
  now: number,
): CommandRow {
  return commandRowSchema.parse({
    by: "operador",
    reason: "",
    state: "queued",
    code: null,
    message: null,
    createdAt: now,
    expiresAt: now + 10 * MINUTE,
    changedAt: now,
    hasLogs: false,
    ...wish,
  });
}

const PLACES = [
  ["arica", "ChileAtiende Arica"],
  ["iquique", "ChileAtiende Iquique"],
  ["antofagasta", "ChileAtiende Antofagasta"],
  ["la-serena", "ChileAtiende La Serena"],
  ["valparaiso", "ChileAtiende Valparaíso"],
  ["rancagua", "ChileAtiende Rancagua"],
  ["talca", "ChileAtiende Talca"],
  ["concepcion", "ChileAtiende Concepción"],
  ["temuco", "ChileAtiende Temuco"],
  ["valdivia", "ChileAtiende Valdivia"],
  ["puerto-montt", "ChileAtiende Puerto Montt"],
  ["punta-arenas", "ChileAtiende Punta Arenas"],
] as const;

const TROUBLES: Readonly<Record<string, readonly Trouble[]>> = {
  "valdivia-01": [{ code: "printer-paper-empty", severity: "critical", subject: "printer", detail: "paper-end" }],
  "temuco-02": [
    { code: "silent", severity: "critical", since: -3 * HOUR },
    { code: "certificate-expiring", severity: "warning", since: -2 * DAY },
  ],
  "arica-01": [{ code: "terminal-fault", subject: "terminal", detail: "not-answering", since: -26 * HOUR }],
  "talca-03": [{ code: "printer-paper-low", subject: "printer", detail: "paper-near-end", since: -50 * MINUTE }],
  "rancagua-01": [{ code: "institution-down", subject: "srcei", since: -6 * MINUTE }],
  "concepcion-02": [{ code: "update-rolled-back", detail: "update.self-check-failed", since: -5 * HOUR }],
  "valparaiso-01": [{ code: "printer-paper-low", subject: "printer", detail: "paper-near-end", since: -2 * HOUR }],
  "valparaiso-02": [{ code: "reader-fault", subject: "reader", detail: "garbled", since: -4 * DAY }],
  "iquique-03": [{ code: "unheard-of-here", severity: "warning", since: -31 * MINUTE }],
};

/** A fleet of thirty-six kiosks: two out of service, seven with trouble, one closed on purpose, one never seen. */
export function fleetOf(now: number): KioskDetail[] {
  return PLACES.flatMap(([name, site]) =>
    [1, 2, 3].map((number) => {
      const id = `${name}-0${number}`;
      const troubles = (TROUBLES[id] ?? []).map(({ since, ...trouble }) => ({
        ...trouble,
        ...(since !== undefined && { since: now + since }),
      }));
      const away = troubles.some(({ code }) => code === "silent");
      return kioskOf(
        {
          id,
          place: `${site}, módulo ${number}`,
          site,
          ring: number === 1 ? "pilot" : "general",
          tags: number === 3 ? ["hospital"] : [],
          troubles,
          ...(away && { connected: false, lastSeen: now - 3 * HOUR }),
          ...(id === "la-serena-02" && { condition: "planned", service: "maintenance" }),
          ...(id === "punta-arenas-03" && { condition: "never-seen", connected: false, lastSeen: null, release: null }),
          ...(id === "valdivia-01" && { notes: "La llave del gabinete está con la jefatura del local." }),
        },
        now,
      );
    }),
  );
}
