import { describe, expect, test } from "vitest";
import type { DevicesSection, ServiceSection } from "../../base/contracts/fleet/state.ts";
import type { Facts } from "./facts.ts";
import { conditionOf, findings } from "./rules.ts";

/** A Monday, 12:00 in Santiago. */
const NOON = Date.UTC(2026, 10, 23, 15);
const HOUR = 3_600_000;
const working: ServiceSection = {
  ...{ state: "in-service", mode: "in-service", closed: [], services: [], shells: 1, gatewayReachable: true },
  incidentsWaiting: 0,
};
const device = (change: Partial<DevicesSection[number]>): DevicesSection[number] => ({
  ...{ device: "printer", kind: "receipt-printer", model: "epson-tm", link: "connected", readiness: "ready" },
  ...{ conditions: [], provisional: false, consumables: [], ...change },
});
const facts = (change: Partial<Facts> = {}): Facts => ({
  ...{ now: NOON, enrolledAt: NOON - 24 * HOUR, retired: false, openingHours: null, timeZone: "America/Santiago" },
  ...{ silentAfter: 180_000, lastSeen: NOON - 30_000, mutualTls: true, certificate: null, assigned: {} },
  ...{ lastUpdate: null, clonedAt: null, knockedAt: null, service: working, ...change },
});
const codes = (change: Partial<Facts>) => findings(facts(change)).map(({ code }) => code);
const condition = (change: Partial<Facts>) => {
  const known = facts(change);
  return conditionOf(known, findings(known));
};
const weekdays = (from: string, to: string) => [null, ...Array.from({ length: 5 }, () => ({ from, to })), null];

test("a kiosk that works has nothing to tell", () => {
  expect(codes({})).toEqual([]);
  expect(condition({})).toBe("ok");
});

describe("who must act when citizens cannot be served", () => {
  const needsPrinter = (id: string) => ({
    ...{
      id,
      version: "built-in",
      available: false,
      obstacles: [{ kind: "device", device: "receipt-printer" } as const],
    },
  });
  const free = { id: "srcei/b", version: "built-in", available: true, obstacles: [] };
  const torn = [
    device({
      readiness: "unavailable",
      conditions: [{ code: "paper-end", severity: "fault", who: "attendant", since: NOON - 1_000 }],
    }),
  ];
  const wanted = (change: Partial<Facts>) =>
    findings(facts(change)).map(({ code, severity, who }) => ({ code, severity, who }));

  test("torn paper that closes the whole kiosk is critical and waits for whoever loads paper, not for a technician", () => {
    const services = [needsPrinter("srcei/a"), needsPrinter("fonasa/c")];
    expect(wanted({ service: { ...working, state: "out-of-service", services }, devices: torn })).toEqual([
      { code: "out-of-service", severity: undefined, who: "none" },
      { code: "printer-paper-empty", severity: "critical", who: "attendant" },
    ]);
  });
  test("torn paper that closes one service stays a warning", () => {
    const services = [needsPrinter("srcei/a"), free];
    expect(wanted({ service: { ...working, state: "degraded", services }, devices: torn })).toEqual([
      { code: "degraded", severity: undefined, who: "none" },
      { code: "printer-paper-empty", severity: "warning", who: "attendant" },
    ]);
  });
  test.each([
    ["an open door", "door", { kind: "io-board", device: "housing" }, "door-open"],
    ["a battery that ends", "power", { kind: "ups", device: "power" }, "battery-low"],
  ] as const)("%s is what the closed kiosk waits for", (_, kind, which, code) => {
    const because = device({
      ...{ ...which, model: "m", consumables: [] },
      conditions: [{ code, severity: "warning", who: "attendant", since: NOON - 1_000 }],
    });
    const service = { ...working, state: "out-of-service" as const, closed: [{ kind }], services: [] };
    expect(wanted({ service, devices: [because] })).toEqual([
      { code: "out-of-service", severity: undefined, who: "none" },
      { code: "device-warning", severity: "critical", who: "attendant" },
    ]);
    expect(wanted({ service, devices: [device({})] })).toEqual([
      { code: "out-of-service", severity: undefined, who: undefined },
    ]);
  });
  test("without a known cause a technician must look", () => {
    const services = [needsPrinter("srcei/a")];
    expect(wanted({ service: { ...working, state: "out-of-service", services }, devices: [device({})] })).toEqual([
      { code: "out-of-service", severity: undefined, who: undefined },
    ]);
  });
});

describe("silence", () => {
  const broken = [device({ link: "absent" })];
  test("counts from the last word and hides what the kiosk said before", () => {
    const silent = { lastSeen: NOON - HOUR, devices: broken, mutualTls: false };
    expect(findings(facts(silent))).toMatchObject([
      { code: "silent", since: NOON - HOUR },
      { code: "no-client-certificate" },
    ]);
    expect(condition(silent)).toBe("critical");
  });
  test("outside opening hours is planned", () => {
    const closed = { lastSeen: NOON - 20 * HOUR, openingHours: weekdays("13:00", "18:00") };
    expect(codes(closed)).toEqual([]);
    expect(condition(closed)).toBe("planned");
  });
  test("after opening a kiosk gets the time to start", () => {
    const opened = (from: string) => ({ lastSeen: NOON - 20 * HOUR, openingHours: weekdays(from, "18:00") });
    expect(codes(opened("11:58"))).toEqual([]);
    expect(codes(opened("11:56"))).toEqual(["silent"]);
  });
  test("hours that end after midnight are of the day before", () =>
    expect(
      codes({
        lastSeen: NOON - 20 * HOUR,
        openingHours: weekdays("22:00", "12:30").map((d, i) => (i === 1 ? null : d)),
      }),
    ).toEqual([]));
  test("a time zone that nobody knows leaves a kiosk open", () =>
    expect(codes({ lastSeen: NOON - HOUR, openingHours: weekdays("20:00", "21:00"), timeZone: "Mars/Base" })).toEqual([
      "silent",
    ]));
  test("after enrolment without a word is never seen", () => {
    const { service: _, ...rest } = facts({ lastSeen: null });
    expect(findings(rest)).toMatchObject([{ code: "never-seen" }]);
  });
});

describe("service", () => {
  const offered = (obstacles: ServiceSection["closed"]) => ({
    id: "a/b",
    version: "1.0.0",
    available: false,
    obstacles,
  });
  test.each<[string, Partial<ServiceSection>, string[], string]>([
    ["nobody is served", { state: "out-of-service" }, ["out-of-service"], "critical"],
    ["closed by staff", { state: "maintenance", mode: "maintenance", shells: 0 }, [], "planned"],
    ["settling", { state: "out-of-service", closed: [{ kind: "settling" }] }, [], "ok"],
    ["the runtime is gone", { state: "unknown", shells: 0 }, ["runtime-silent"], "critical"],
    ["no screen", { shells: 0 }, ["screen-dark"], "critical"],
    [
      "one service lacks its institution",
      { state: "degraded", services: [offered([{ kind: "institution", institution: "srcei" }])] },
      ["institution-down", "degraded"],
      "warning",
    ],
    [
      "the gateway is away: its institutions are not blamed",
      { gatewayReachable: false, services: [offered([{ kind: "institution", institution: "srcei" }])] },
      ["gateway-unreachable"],
      "warning",
    ],
    [
      "requests wait for two days",
      { outbox: { waiting: 3, oldestAt: NOON - 48 * HOUR, refused: 0, open: true } },
      ["outbox-waiting"],
      "warning",
    ],
    ["requests wait since today", { outbox: { waiting: 3, oldestAt: NOON - HOUR, refused: 0, open: true } }, [], "ok"],
    ["cases wait", { incidentsWaiting: 2 }, ["incidents-waiting"], "warning"],
  ])("%s", (_name, change, expected, word) => {
    const service = { ...working, ...change };
    expect(codes({ service })).toEqual(expected);
    expect(condition({ service })).toBe(word);
  });
});

describe("devices", () => {
  const paperEnd = { code: "paper-end", severity: "fault" as const, who: "attendant" as const, since: NOON - 60_000 };
  test("no paper is one alert, with who acts and since when, whatever else says so too", () =>
    expect(
      findings(
        facts({ devices: [device({ conditions: [paperEnd], consumables: [{ name: "paper", level: "empty" }] })] }),
      ),
    ).toEqual([
      {
        ...{ code: "printer-paper-empty", subject: "printer", detail: "paper-end", who: "attendant" },
        ...{ severity: "warning", since: NOON - 60_000 },
      },
    ]));
  test("a since from a wrong clock is not believed", () =>
    expect(
      findings(facts({ devices: [device({ conditions: [{ ...paperEnd, since: NOON + HOUR }] })] }))[0],
    ).not.toHaveProperty("since"));
  test("several conditions of one kind are one alert, and another supply has its own", () => {
    const warning = (code: string) => ({ code, severity: "warning" as const, who: "technician" as const, since: NOON });
    const found = findings(
      facts({
        devices: [
          device({
            conditions: [warning("head-hot"), warning("other")],
            consumables: [{ name: "ribbon", level: "low", percent: 8 }],
          }),
        ],
      }),
    );
    expect(found).toMatchObject([
      { code: "device-warning", detail: "head-hot, other" },
      { code: "consumable-low", subject: "printer/ribbon", detail: "ribbon 8 %" },
    ]);
  });
});

describe("software and security", () => {
  const software = (change: object = {}) => ({
    ...{ release: "1.0.0", slot: "a" as const, packages: {}, update: { state: "idle" as const }, ...change },
  });
  test("a rolled-back version is told apart from a failed one", () => {
    const failed = { software: software({ update: { state: "failed", target: "t", code: "c" } }) };
    expect(codes(failed)).toEqual(["update-failed"]);
    expect(codes({ ...failed, lastUpdate: { result: "rolled-back", target: "t", code: "c" } })).toEqual([
      "update-rolled-back",
    ]);
  });
  test("another version than the assigned one, and metadata near its end", () => {
    const behind = { software: software({ metadataExpires: NOON + HOUR }), assigned: { release: "1.1.0" } };
    expect(findings(facts(behind))).toMatchObject([
      { code: "version-behind", detail: "1.0.0 → 1.1.0" },
      { code: "metadata-expiring" },
    ]);
    expect(codes({ software: software({ metadataExpires: NOON }) })).toEqual(["metadata-expired"]);
  });
  test("certificates are near their end by their own life", () => {
    const certificate = (expiresAt: number) => ({ certificate: { issuedAt: NOON - 90 * HOUR, expiresAt } });
    expect(codes(certificate(NOON + 20 * HOUR))).toEqual([]);
    expect(codes(certificate(NOON + 10 * HOUR))).toEqual(["certificate-expiring"]);
    expect(codes(certificate(NOON))).toEqual(["certificate-expired"]);
  });
  test("a wrong clock, and identities in two hands", () => {
    const security = { certificateExpires: null, clockOffset: -200_000, mutualTls: true };
    expect(codes({ security, clonedAt: NOON, knockedAt: NOON })).toEqual([
      "identity-cloned",
      "identity-knocking",
      "clock-wrong",
    ]);
    expect(condition({ clonedAt: NOON, service: { ...working, state: "maintenance" } })).toBe("critical");
  });
});

test("a retired kiosk is in no trouble", () => {
  expect(codes({ retired: true, lastSeen: 0 })).toEqual([]);
  expect(condition({ retired: true })).toBe("retired");
});
