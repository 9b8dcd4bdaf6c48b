import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { sql } from "kysely";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATIONS } from "../../../fleet-server/api/contract/operations.ts";
import { verifyChain } from "../../../fleet-server/audit/audit.ts";
import { mayReadMetrics } from "../../../fleet-server/metrics/exposure.ts";
import { settingsSchema } from "../../../fleet-server/settings.ts";
import { failure, StaffBrowser } from "../../fleet/api/console-kit.ts";
import { until } from "../../support/until.ts";
import { type Fleet, startFleet } from "./kit.ts";
import { Machine } from "./machine.ts";

const EVIL = "<img src=x onerror=alert(1)>'\"; drop table kiosk; --";

let fleet: Fleet;
let url: string;
let operator: StaffBrowser;
let viewer: StaffBrowser;

beforeAll(async () => {
  const bundle = mkdtempSync(join(tmpdir(), "bundle-"));
  mkdirSync(join(bundle, "assets"));
  writeFileSync(join(bundle, "index.html"), "<!doctype html><title>Console</title>");
  fleet = await startFleet({ console: { port: 0, bundle } });
  url = fleet.server.console;
  await Machine.enrolled(fleet, "kiosk-1");
  operator = new StaffBrowser(url);
  viewer = new StaffBrowser(url);
  expect((await operator.signIn("operador")).status).toBe(200);
  expect((await viewer.signIn("consulta")).status).toBe(200);
});
afterAll(() => fleet.stop());

test("a session that somebody else chose is never taken up", async () => {
  const victim = new StaffBrowser(url);
  victim.cookie = "ventanilla-session=chosen-by-the-attacker-0123456789abcdef";
  const response = await victim.signIn("consulta");
  expect(response.status).toBe(200);
  expect(victim.cookie).not.toContain("chosen");
  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toMatch(/; HttpOnly/i);
  expect(cookie).toMatch(/; SameSite=Strict/i);
  expect(cookie).toMatch(/; Path=\/;/i);
  expect(cookie).not.toMatch(/Domain=/i);
});

test.each([
  ["no role of its own", () => viewer, "PATCH", "/staff/consulta", { roles: ["administrator"] }, 403],
  ["a method in a header", () => viewer, "GET", "/staff", undefined, 403],
  ["a role that does not exist", () => fleet.administrator, "PATCH", "/staff/consulta", { roles: ["root"] }, 400],
  ["a member that is not asked for", () => operator, "PATCH", "/kiosks/kiosk-1", { place: "x", enrolled_at: 0 }, 400],
  ["another's columns", () => operator, "PATCH", "/kiosks/kiosk-1", { id: "kiosk-2" }, 400],
  ["a prototype", () => operator, "PATCH", "/kiosks/kiosk-1", JSON.parse('{"__proto__":{"retired":true}}'), 400],
  [
    "a signer",
    () => operator,
    "POST",
    "/kiosks/kiosk-1/commands",
    { command: { name: "drain" }, by: "administrador" },
    400,
  ],
  ["a shell", () => operator, "POST", "/kiosks/kiosk-1/commands", { command: { name: "sh", part: "x" } }, 400],
  ["a path for an id", () => operator, "GET", "/kiosks/..%2f..%2fstaff", undefined, 400],
  ["SQL for an id", () => operator, "GET", "/kiosks/x'%20or%20'1'%3D'1", undefined, 400],
  ["SQL for a cursor", () => operator, "GET", "/kiosks?after=x'%20or%20'1'%3D'1", undefined, 400],
  ["NUL", () => operator, "PATCH", "/kiosks/kiosk-1", { notes: "a\u0000b" }, 400],
])("%s gets nobody anything", async (_what, who, method, path, body, status) => {
  const rows = await fleet.rows();
  const headers = {
    "x-http-method-override": "DELETE",
    "x-original-url": "/api/v1/staff",
    "x-rewrite-url": "/api/v1/now",
  };
  const response = await who().send(method, path, body, headers);
  expect(response.status).toBe(status);
  expect(await fleet.rows()).toEqual(rows);
});

test("no spelling of an address goes around the guard", async () => {
  for (const path of [
    "//api/v1/staff",
    "/api/v1//staff",
    "/API/V1/STAFF",
    "/api/v1/%73taff",
    "/api/v1/staff/",
    "/api/v1/x/../staff",
    "/api/v1/staff;x=1",
    "/api/v1/staff%2f",
    "/api%2fv1%2fstaff",
    "/api/v1/./staff",
  ])
    for (const method of ["GET", "HEAD", "POST"] as const) {
      const { statusCode, body, headers } = await request(url + path, { method, headers: { cookie: viewer.cookie } });
      const text = await body.text();
      expect(text).not.toContain("administrador");
      if (statusCode === 200) expect(headers["content-type"]).toMatch(/^text\/html/);
    }
  for (const method of ["OPTIONS", "TRACE", "PUT", "PROPFIND"])
    expect((await request(`${url}/api/v1/staff`, { method: method as "PUT" })).statusCode).toBeGreaterThanOrEqual(400);
  const preflight = await request(`${url}/api/v1/staff`, {
    method: "OPTIONS",
    headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
  });
  expect(Object.keys(preflight.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test("another site's page changes nothing, with whatever it can make a browser send", async () => {
  const body = JSON.stringify({ place: "taken over" });
  const send = (headers: Record<string, string>) =>
    request(`${url}/api/v1/kiosks/kiosk-1`, {
      method: "PATCH",
      body,
      headers: { cookie: operator.cookie, ...headers },
    });
  const json = { "content-type": "application/json" };
  const forgeries: Record<string, string>[] = [
    { ...json, origin: "https://evil.example", "x-csrf-token": operator.csrf },
    { ...json, origin: "null", "x-csrf-token": operator.csrf },
    { ...json, origin: `${url}.evil.example`, "x-csrf-token": operator.csrf },
    { ...json, origin: url },
    { ...json, origin: url, "x-csrf-token": viewer.csrf },
    { ...json, "sec-fetch-site": "cross-site", "x-csrf-token": operator.csrf },
    { "content-type": "text/plain", origin: url },
  ];
  for (const headers of forgeries) expect((await send(headers)).statusCode).toBe(403);
  const kiosk = await fleet.db.selectFrom("kiosk").select("place").where("id", "=", "kiosk-1").executeTakeFirst();
  expect(kiosk?.place).toBe("Oficina kiosk-1");
});

test("texts that are HTML and SQL stay texts, in answers that no browser takes for a page", async () => {
  const change = { place: EVIL, site: EVIL, notes: EVIL, tags: [EVIL.slice(0, 40)] };
  const changed = await operator.send("PATCH", "/kiosks/kiosk-1", change);
  expect(await changed.json()).toMatchObject({ place: EVIL, site: EVIL, notes: EVIL });
  for (const path of ["/kiosks", `/kiosks?search=${encodeURIComponent(EVIL)}`, "/kiosks/kiosk-1/timeline", "/now"]) {
    const response = await operator.send("GET", path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
  }
  const page = await fetch(`${url}/kiosks/kiosk-1`, { headers: { accept: "text/html" } });
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
});

test("a name that is not there costs as much as a wrong password", async () => {
  const browser = new StaffBrowser(url);
  const timed = async (name: string) => {
    const began = performance.now();
    expect(await failure(browser.signIn(name, "wrong"))).toEqual({ status: 401, code: "access.sign-in-refused" });
    return performance.now() - began;
  };
  const there = [await timed("versiones"), await timed("versiones")];
  const absent = [await timed("nobody-1"), await timed("nobody-2")];
  // The look at a password takes tens of milliseconds; without it the answer comes in a few.
  expect(Math.min(...absent)).toBeGreaterThan(Math.min(...there) / 3);
});

test("large and deep bodies and floods of parameters are refused at once", async () => {
  const post = (body: string) =>
    request(`${url}/api/v1/session`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", origin: url },
    });
  for (const body of [" ".repeat(1_100_000), `${"[".repeat(200_000)}${"]".repeat(200_000)}`, "{", '{"name":1e999}']) {
    const { statusCode, body: answer } = await post(body);
    expect(statusCode).toBeGreaterThanOrEqual(400);
    expect(statusCode).toBeLessThan(500);
    expect(await answer.json()).toMatchObject({ code: "common.bad-input" });
  }
  expect((await operator.send("GET", `/kiosks?${"search=a&".repeat(2_000)}`)).status).toBeLessThan(500);
});

test("the description of the API has every operation, and says what each needs", async () => {
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId: string; security: unknown[] }>>;
  };
  const described = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(described.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(OPERATIONS).sort());
  for (const { operationId, security } of described)
    expect(security.length === 0).toBe(OPERATIONS[operationId as keyof typeof OPERATIONS].roles === "public");
});

test("metrics are for this machine, or for who shows the token; a proxy's visitors get nothing", async () => {
  expect((await fetch(`${url}/metrics`)).status).toBe(200);
  const passedOn = await fetch(`${url}/metrics`, { headers: { "x-forwarded-for": "203.0.113.5" } });
  expect(passedOn.status).toBe(404);
  const base = { stateDirectory: "x", repository: "x", keys: "x", devices: {} };
  const may = (more: object, remoteAddress: string, headers = {}) =>
    mayReadMetrics(
      { headers, socket: { remoteAddress } as never },
      settingsSchema.parse({ ...base, console: {}, ...more }),
    );
  expect(may({}, "203.0.113.5").ok).toBe(false);
  expect(may({}, "::ffff:127.0.0.1").ok).toBe(true);
  expect(may({ console: { publicUrl: "https://fleet.example" } }, "127.0.0.1").ok).toBe(false);
  const metrics = { token: "0123456789abcdef" };
  expect(may({ metrics }, "127.0.0.1").ok).toBe(false);
  expect(may({ metrics }, "203.0.113.5", { authorization: "Bearer 0123456789abcdeX" }).ok).toBe(false);
  expect(may({ metrics }, "203.0.113.5", { authorization: "Bearer 0123456789abcdef" }).ok).toBe(true);
  const health = (await (await fetch(`${url}/health`)).json()) as object;
  expect(Object.keys(health).sort()).toEqual(["now", "ok"]);
});

test("who owns the database cannot change the audit trail unseen; what is cut off shows against the log", async () => {
  const asOwner = async (work: string) => {
    // Undone at the end, so that each deed meets a whole chain.
    await fleet.db
      .transaction()
      .execute(async (within) => {
        await sql`alter table audit disable trigger all`.execute(within);
        await sql.raw(work).execute(within);
        broken = await verifyChain(within);
        head = (await sql<{ number: number }>`select max(number)::integer as number from audit`.execute(within)).rows[0]
          ?.number;
        throw new Error("undo");
      })
      .catch((problem: Error) => expect(problem.message).toBe("undo"));
  };
  let broken: number | null = null;
  let head: number | undefined;
  expect(await verifyChain(fleet.db)).toBeNull();
  for (const [work, at] of [
    ["update audit set actor = 'nobody' where number = 3", 3],
    ["update audit set details = '{}' where number = 2", 2],
    ["update audit set at = at + 1 where number = 4", 4],
    ["delete from audit where number = 3", 3],
    ["delete from audit where number = 1", 1],
    [
      `update audit a set at = b.at, actor = b.actor, action = b.action, subject = b.subject, details = b.details,
        previous = b.previous, hash = b.hash from audit b where a.number in (3, 4) and b.number = 7 - a.number`,
      3,
    ],
  ] as const) {
    await asOwner(work);
    expect([work, broken]).toEqual([work, at]);
  }
  await expect(sql`delete from audit where number = 1`.execute(fleet.db)).rejects.toThrow();
  await expect(sql`truncate audit`.execute(fleet.db)).rejects.toThrow();

  await fleet.clock.advance(3_600_000);
  const told = await until("the log has the chain's end", () =>
    fleet.log.findLast((record) => record.event === "fleet.audit-head"),
  );
  const { number, hash } = told.fields as { number: number; hash: string };
  const entry = await fleet.db.selectFrom("audit").select("hash").where("number", "=", number).executeTakeFirst();
  expect(entry).toEqual({ hash });
  await asOwner(`delete from audit where number >= ${number}`);
  expect({ broken, missing: (head ?? 0) < number }).toEqual({ broken: null, missing: true });
});
