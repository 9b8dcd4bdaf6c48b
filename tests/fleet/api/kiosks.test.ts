import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandRow, KioskDetail, KioskPage, NowPage } from "../../../fleet-server/api/contract/kiosks.ts";
import { auditActions, browserOf, type ConsoleServer, failure, StaffBrowser, startConsole } from "./console-kit.ts";
import { addKiosk } from "./fakes.ts";

let server: ConsoleServer;
let operator: StaffBrowser;

const ALERTS = ["7e3c0a52-6f0e-4d39-8a55-0d4f0f6f3a01", "7e3c0a52-6f0e-4d39-8a55-0d4f0f6f3a02"] as const;

beforeAll(async () => {
  server = await startConsole();
  const { db } = server;
  await addKiosk(db, "k-ok", { place: "100% Ñuñoa", tags: ["norte"] });
  await addKiosk(db, "k-bad", { condition: "critical", condition_rank: 0 });
  await addKiosk(db, "k-warn", { condition: "warning", condition_rank: 1, ring: "first", site: "Arica" });
  await addKiosk(db, "k-new", { condition: "never-seen", condition_rank: 4, enrolled_at: null, release: null });
  await addKiosk(db, "k-old", { condition: "retired", condition_rank: 5, retired_at: 5 });
  const alert = { code: "device.paper", subject: "printer", axis: "devices", detail: "", until: null } as const;
  await db
    .insertInto("alert")
    .values([
      { ...alert, id: ALERTS[0], kiosk: "k-bad", severity: "critical", who: "attendant", since: 2_000 },
      { ...alert, id: ALERTS[1], kiosk: "k-warn", severity: "warning", who: "technician", since: 1_000 },
    ])
    .execute();
  operator = await browserOf(server, "operador");
});
afterAll(() => server.close());

test("the now page has the worst kiosk first, and counts who must act", async () => {
  const page = (await operator.get("/now")) as NowPage;
  expect(page.kiosks.map(({ id }) => id)).toEqual(["k-bad", "k-warn"]);
  expect(page.kiosks[0]?.alerts).toMatchObject([{ code: "device.paper", who: "attendant", since: 2_000, until: null }]);
  expect(page.totals).toMatchObject({ critical: 1, warning: 1, ok: 1, "never-seen": 1, retired: 1, planned: 0 });
  expect(page.waitingFor).toEqual({ attendant: 1, technician: 1 });
});

test.each(["condition", "place", "last-seen"])("pages by %s meet every kiosk once", async (sort) => {
  const seen: string[] = [];
  let after = "";
  do {
    const page = (await operator.get(`/kiosks?limit=1&sort=${sort}${after}`)) as KioskPage;
    expect(page.total).toBe(4);
    seen.push(...page.kiosks.map(({ id }) => id));
    after = page.next === null ? "" : `&after=${page.next}`;
  } while (after !== "");
  expect(seen.toSorted()).toEqual(["k-bad", "k-new", "k-ok", "k-warn"]);
  if (sort === "condition") expect(seen).toEqual(["k-bad", "k-warn", "k-ok", "k-new"]);
});

test.each([
  ["search=100%25", ["k-ok"]],
  ["search=%C3%B1u%C3%B1oa", ["k-ok"]],
  ["search=NORTE", ["k-ok"]],
  ["search=_", []],
  ["search=%5C", []],
  ["ring=first", ["k-warn"]],
  ["site=Arica", ["k-warn"]],
  ["who=attendant", ["k-bad"]],
  ["axis=devices", ["k-bad", "k-warn"]],
  ["axis=devices&who=technician", ["k-warn"]],
  ["condition=retired", ["k-old"]],
  ["release=1.0.0&condition=ok", ["k-ok"]],
])("the filter %s finds %j", async (query, ids) => {
  const page = (await operator.get(`/kiosks?${query}`)) as KioskPage;
  expect(page.kiosks.map(({ id }) => id)).toEqual(ids);
  expect(page.total).toBe(ids.length);
});

test("the list says what can be filtered by", async () => {
  expect(await operator.get("/kiosks")).toMatchObject({
    sites: ["Arica", "Santiago"],
    rings: ["first", "general"],
    releases: ["1.0.0"],
  });
});

test.each(["/kiosks?limit=0", "/kiosks?sort=x", "/kiosks?nothing=1", "/kiosks?after=!!"])(
  "%s is refused with what is wrong",
  async (path) => {
    expect(await failure(operator.send("GET", path))).toEqual({ status: 400, code: "common.bad-input" });
  },
);

const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

test.each([
  `/kiosks?after=${cursor(["critical", "k-1"])}`,
  `/kiosks?after=${cursor([1.5, "k-1"])}`,
  `/kiosks?after=${cursor([1e300, "k-1"])}`,
  `/kiosks?sort=place&after=${cursor(["a\u0000", "k-1"])}`,
  `/kiosks/k-ok/timeline?after=${cursor(["x", "y"])}`,
  "/kiosks?search=%00",
  "/kiosks/k-ok%00",
])("%s is bad input, not a defect", async (path) => {
  expect(await failure(operator.send("GET", path))).toEqual({ status: 400, code: "common.bad-input" });
});

test.each(["a\u0000b", "a\ud800b"])("text that no database keeps is bad input: %j", async (text) => {
  for (const change of [{ place: text }, { tags: [text] }, { notes: text }])
    expect(await failure(operator.send("PATCH", "/kiosks/k-ok", change))).toEqual({
      status: 400,
      code: "common.bad-input",
    });
  expect(await failure(new StaffBrowser(server.url).signIn(text, "x"))).toEqual({
    status: 400,
    code: "common.bad-input",
  });
});

test("a cursor beyond every row is an empty page", async () => {
  expect(await operator.get(`/kiosks?after=${cursor([9e15, "z"])}`)).toMatchObject({
    kiosks: [],
    next: null,
    total: 4,
  });
});

test("a kiosk's page has its alerts; one that is not there is not found", async () => {
  const detail = (await operator.get("/kiosks/k-bad")) as KioskDetail;
  expect(detail).toMatchObject({
    id: "k-bad",
    timeZone: "America/Santiago",
    state: { service: null },
    certificates: [],
  });
  expect(detail.alerts).toHaveLength(1);
  for (const path of ["", "/timeline", "/journeys", "/commands", "/readiness"])
    expect(await failure(operator.send("GET", `/kiosks/none${path}`))).toEqual({
      status: 404,
      code: "console.not-found",
    });
});

test("a command is sent once, with its entry in the audit trail", async () => {
  const before = (await auditActions(server.db)).length;
  const command = { name: "restart-part", part: "shell" };
  const response = await operator.send("POST", "/kiosks/k-ok/commands", { command, reason: "frozen", expiresIn: 60 });
  expect(response.status).toBe(200);
  const row = (await response.json()) as CommandRow;
  expect(row).toMatchObject({ kiosk: "k-ok", command, by: "operador", state: "queued", hasLogs: false });
  expect(row.expiresAt - row.createdAt).toBe(60_000);
  expect(await operator.get("/kiosks/k-ok/commands")).toEqual({ commands: [row] });
  expect((await auditActions(server.db)).slice(before)).toEqual(["command.sent"]);
});

test.each([
  ["k-old", { name: "drain" }, {}, 409, "console.kiosk-retired"],
  ["k-new", { name: "drain" }, {}, 409, "console.kiosk-not-enrolled"],
  ["none", { name: "drain" }, {}, 404, "console.not-found"],
  ["k-ok", { name: "format-disk" }, {}, 400, "common.bad-input"],
  ["k-ok", { name: "drain" }, { expiresIn: 9 }, 400, "common.bad-input"],
  ["k-ok", { name: "drain" }, { expiresIn: 86_401 }, 400, "common.bad-input"],
])("a command that cannot be is refused and leaves nothing: %s %j %j", async (kiosk, command, more, status, code) => {
  const count = () => server.db.selectFrom("command").select("id").execute();
  const before = [await count(), await auditActions(server.db)];
  expect(await failure(operator.send("POST", `/kiosks/${kiosk}/commands`, { command, ...more }))).toEqual({
    status,
    code,
  });
  expect([await count(), await auditActions(server.db)]).toEqual(before);
});
