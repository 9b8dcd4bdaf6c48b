import type { z } from "zod";
import { logUploadSchema } from "../../base/contracts/fleet/command.ts";
import { readinessReportSchema } from "../../base/contracts/fleet/readiness.ts";
import {
  auditPageSchema,
  newStaffSchema,
  signInOptionsSchema,
  staffChangeSchema,
  staffListSchema,
  staffSchema,
} from "../../fleet-server/api/contract/access.ts";
import {
  commandListSchema,
  enrolmentListSchema,
  journeyCountersSchema,
  KIOSK_CONDITIONS,
  type KioskCondition,
  kioskChangeSchema,
  kioskDetailSchema,
  kioskPageSchema,
  kioskQuerySchema,
  madeEnrolmentSchema,
  newCommandSchema,
  newEnrolmentSchema,
  nowPageSchema,
  timelineSchema,
} from "../../fleet-server/api/contract/kiosks.ts";
import type { Operation } from "../../fleet-server/api/contract/operations.ts";
import {
  newRolloutSchema,
  rolloutActionSchema,
  rolloutListSchema,
  rolloutRowSchema,
  targetListSchema,
} from "../../fleet-server/api/contract/releases.ts";
import { commandOf, DAY, HOUR, rowOf } from "./console-data.ts";
import { type ConsoleState, STAFF } from "./console-state.ts";

export type Answer = { readonly status: number; readonly body: unknown };
type Asked = {
  readonly state: ConsoleState;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly staff: string;
};

export const refuse = (status: number, code: string): Answer => ({
  status,
  body: { code, message: `Refused: ${code}` },
});
/** Nothing leaves that the contract would not take. */
const answer = <S extends z.ZodType>(schema: S, body: z.input<S>): Answer => ({
  status: 200,
  body: schema.parse(body),
});

const NEVER = refuse(404, "console.not-found");
const RANK = (condition: KioskCondition) => KIOSK_CONDITIONS.indexOf(condition);

const worstFirst = (state: ConsoleState) =>
  state.kiosks.map(rowOf).sort((a, b) => RANK(a.condition) - RANK(b.condition) || a.place.localeCompare(b.place));

/** What each operation answers from the state; an operation that is not here answers 204. */
export const HANDLERS: { readonly [O in Operation]?: (asked: Asked) => Answer } = {
  signInOptions: ({ state }) =>
    answer(signInOptionsSchema, {
      local: true,
      oidc: { label: "ClaveÚnica Funcionarios" },
      demo: true,
      accounts: state.staff
        .filter(({ disabled }) => !disabled)
        .map(({ name, roles }) => ({ name, password: STAFF.password, roles })),
    }),

  now({ state }) {
    const rows = worstFirst(state);
    const kiosks = rows.filter(({ condition }) => condition === "critical" || condition === "warning");
    const counts = KIOSK_CONDITIONS.map((each) => [each, rows.filter(({ condition }) => condition === each).length]);
    const whos = kiosks.flatMap(({ alerts }) => alerts.map(({ who }) => who));
    return answer(nowPageSchema, {
      at: Date.now(),
      totals: Object.fromEntries(counts),
      kiosks,
      waitingFor: Object.fromEntries(
        [...new Set(whos)].map((who) => [who, whos.filter((each) => each === who).length]),
      ),
      journeys: { today: 1_284, completed: 1_197 },
    });
  },

  kiosks({ state, query }) {
    const asked = kioskQuerySchema.parse(Object.fromEntries(query));
    const fits = worstFirst(state).filter(
      (row) =>
        [row.id, row.place, row.site, ...row.tags]
          .join(" ")
          .toLowerCase()
          .includes((asked.search ?? "").toLowerCase()) &&
        (!asked.condition || row.condition === asked.condition) &&
        (!asked.site || row.site === asked.site) &&
        (!asked.ring || row.ring === asked.ring) &&
        (!asked.who || row.alerts.some(({ who }) => who === asked.who)),
    );
    const start = Number(asked.after ?? 0);
    const limit = Math.min(asked.limit, 20);
    return answer(kioskPageSchema, {
      kiosks: fits.slice(start, start + limit),
      total: fits.length,
      next: start + limit < fits.length ? String(start + limit) : null,
      sites: [...new Set(state.kiosks.map(({ site }) => site))],
      rings: ["pilot", "general"],
      releases: ["1.4.2"],
    });
  },

  kiosk({ state, params }) {
    const kiosk = state.kiosks.find(({ id }) => id === params.kiosk);
    return kiosk ? answer(kioskDetailSchema, kiosk) : NEVER;
  },
  changeKiosk({ state, params, body }) {
    const { retired, ...change } = kioskChangeSchema.parse(body);
    const index = state.kiosks.findIndex(({ id }) => id === params.kiosk);
    const before = state.kiosks[index];
    if (!before) return NEVER;
    const condition = retired === undefined ? before.condition : retired ? "retired" : "ok";
    const after = kioskDetailSchema.parse({ ...before, ...change, condition });
    state.kiosks[index] = after;
    return answer(kioskDetailSchema, after);
  },
  timeline: ({ state }) => answer(timelineSchema, { entries: state.timeline, next: null }),
  journeys({ state }) {
    const thisHour = Math.floor(state.startedAt / HOUR) * HOUR;
    const hours = Array.from({ length: 14 * 24 }, (_, ago) => thisHour - ago * HOUR).flatMap((hour) => {
      const local = (new Date(hour).getUTCHours() + 21) % 24;
      if (local < 8 || local > 17) return [];
      const count = 4 + ((hour / HOUR) % 7);
      const row = { hour, service: "fonasa/bono-atencion", seconds: count * 95 };
      return [
        { ...row, result: "delivered", count },
        { ...row, result: "abandoned", count: 1, seconds: 40 },
      ];
    });
    return answer(journeyCountersSchema, { hours });
  },
  commands: ({ state, params }) =>
    answer(commandListSchema, {
      commands: state.commands.filter(({ kiosk }) => kiosk === params.kiosk).sort((a, b) => b.createdAt - a.createdAt),
    }),
  sendCommand({ state, params, body, staff }) {
    const { command, reason } = newCommandSchema.parse(body);
    const row = commandOf(
      { id: crypto.randomUUID(), kiosk: params.kiosk ?? "", command, reason, by: staff },
      Date.now(),
    );
    state.commands.push(row);
    return { status: 200, body: row };
  },
  commandLogs: ({ state }) =>
    answer(logUploadSchema, {
      part: "runtime",
      takenAt: state.startedAt,
      records: [
        {
          time: state.startedAt - 900_000,
          level: "warn",
          event: "printer.condition",
          device: "printer",
          code: "paper-end",
        },
        { time: state.startedAt - 600_000, level: "info", event: "journey.ended", result: "nothing-done" },
      ],
    }),
  readiness: ({ params, state }) =>
    answer(readinessReportSchema, {
      id: "7f0e9c3a-0000-4000-8000-0000000000aa",
      kiosk: params.kiosk ?? "",
      place: "ChileAtiende",
      takenAt: state.startedAt - 40 * DAY,
      technician: "P. Técnica",
      machine: { hostname: "kiosk", product: null, serial: null, os: "Debian 13" },
      versions: {},
      devices: [],
      checks: [
        { check: "device.printer", verdict: "pass", detail: "printed and confirmed", seconds: 3 },
        { check: "network.fleet", verdict: "pass", detail: "TLS 1.3", seconds: 0.2 },
        { check: "clock", verdict: "not-run", detail: "", seconds: 0 },
      ],
    }),
  revoke({ state, params }) {
    const kiosk = state.kiosks.find(({ id }) => id === params.kiosk);
    if (!kiosk) return NEVER;
    kiosk.certificates = kiosk.certificates.map((each) => ({ ...each, revokedAt: Date.now() }));
    return { status: 204, body: undefined };
  },

  enrolments: ({ state }) => answer(enrolmentListSchema, { enrolments: state.enrolments }),
  newEnrolment({ state, body, staff }) {
    const { expiresIn, ...asked } = newEnrolmentSchema.parse(body);
    const now = Date.now();
    const times = { createdAt: now, expiresAt: now + expiresIn * 1_000, usedAt: null, cancelledAt: null };
    const row = { ...asked, ...times, id: crypto.randomUUID(), by: staff };
    state.enrolments = [row, ...state.enrolments];
    const where = { server: "https://flota.ejemplo.cl:4201", caFingerprint: Array(32).fill("9C").join(":") };
    return answer(madeEnrolmentSchema, { ...row, ...where, code: "7K3M-Q9TX-2BVH" });
  },
  cancelEnrolment({ state, params }) {
    state.enrolments = state.enrolments.map((row) =>
      row.id === params.enrolment ? { ...row, cancelledAt: Date.now() } : row,
    );
    return { status: 204, body: undefined };
  },

  targets: ({ state }) =>
    answer(targetListSchema, {
      targets: state.targets,
      expires: {
        root: state.startedAt + 300 * DAY,
        targets: state.startedAt + 80 * DAY,
        snapshot: state.startedAt + 6 * DAY,
        timestamp: state.startedAt + DAY,
      },
    }),
  rollouts: ({ state }) => answer(rolloutListSchema, { rollouts: state.rollouts }),
  rollout({ state, params }) {
    const found = state.rollouts.find(({ id }) => id === params.rollout);
    return found ? answer(rolloutRowSchema, found) : NEVER;
  },
  newRollout({ state, body, staff }) {
    const { dryRun, reason: _, ...plan } = newRolloutSchema.parse(body);
    const target = state.targets.find(({ path }) => path === plan.target);
    const [model] = state.rollouts;
    if (!target || !model) return NEVER;
    const rings = plan.rings.map((ring, index) => {
      const waiting = state.kiosks.filter((kiosk) => kiosk.ring === ring.ring).length;
      return { ...ring, begun: !dryRun && index === 0, counts: { ...zero, waiting } };
    });
    const now = Date.now();
    const row = rolloutRowSchema.parse({
      ...plan,
      ...{ id: crypto.randomUUID(), kind: target.kind, service: target.service, version: target.version },
      ...{ state: "running", why: "", by: staff, createdAt: now, changedAt: now, rings, failures: [] },
    });
    if (!dryRun) state.rollouts = [row, ...state.rollouts];
    const kiosks = state.kiosks
      .filter(({ ring }) => rings.some((plan) => plan.ring === ring))
      .map(({ id, place, ring, release }) => ({ kiosk: id, place, ring, runs: release, code: null }))
      .slice(0, 100);
    return answer(rolloutRowSchema, dryRun ? { ...row, kiosks } : row);
  },
  changeRollout({ state, params, body }) {
    const { action } = rolloutActionSchema.parse(body);
    const next = { pause: "paused", resume: "running", halt: "halted", cancel: "cancelled" } as const;
    const found = state.rollouts.find(({ id }) => id === params.rollout);
    if (!found) return NEVER;
    found.state = next[action];
    return answer(rolloutRowSchema, found);
  },

  audit: ({ state, query }) =>
    answer(auditPageSchema, {
      entries: state.audit,
      next: null,
      broken: query.get("verify") === "1" ? state.brokenEntry : null,
    }),
  staff: ({ state }) => answer(staffListSchema, { staff: state.staff }),
  newStaff({ state, body }) {
    const { name, roles } = newStaffSchema.parse(body);
    const row = staffSchema.parse({ id: name, name, roles, source: "local", disabled: false, lastSeen: null });
    state.staff.push(row);
    return { status: 200, body: row };
  },
  changeStaff({ state, params, body }) {
    const { password: _, ...change } = staffChangeSchema.parse(body);
    const found = state.staff.find(({ id }) => id === params.staff);
    if (!found) return NEVER;
    return { status: 200, body: Object.assign(found, change) };
  },
};

const zero = { waiting: 0, told: 0, working: 0, succeeded: 0, failed: 0, silent: 0, "not-fitting": 0 };
