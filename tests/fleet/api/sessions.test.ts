import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { z } from "zod";
import { SimulatedClock } from "../../../base/clock.ts";
import type { auditPageSchema } from "../../../fleet-server/api/contract/access.ts";
import {
  alterAudit,
  auditActions,
  browserOf,
  type ConsoleServer,
  failure,
  StaffBrowser,
  startConsole,
} from "./console-kit.ts";

const MINUTE = 60_000;

let server: ConsoleServer;
let clock: SimulatedClock;

beforeAll(async () => {
  clock = new SimulatedClock();
  server = await startConsole({ clock });
});
beforeEach(async () => {
  await server.db.deleteFrom("sign_in_attempt").execute();
});
afterAll(() => server.close());

const asks = (browser: StaffBrowser) => browser.send("GET", "/session").then(({ status }) => status);

test("the demonstration shows its accounts on the sign-in page", async () => {
  const options = (await new StaffBrowser(server.url).get("/session/options")) as { accounts: { name: string }[] };
  expect(options).toMatchObject({ local: true, oidc: null, demo: true });
  expect(options.accounts.map(({ name }) => name)).toEqual([
    "consulta",
    "operador",
    "tecnico",
    "versiones",
    "administrador",
  ]);
});

test("the cookie is out of reach of scripts and other sites, and the token is kept as a hash", async () => {
  const browser = new StaffBrowser(server.url);
  const response = await browser.signIn("operador");
  const [cookie = ""] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^ventanilla-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const token = cookie.slice(cookie.indexOf("=") + 1, cookie.indexOf(";"));
  const kept = await server.db.selectFrom("staff_session").selectAll().execute();
  expect(JSON.stringify(kept)).not.toContain(token);
  expect(await response.text()).not.toContain(token);
});

test("behind https the cookie is Secure and bound to the host", async () => {
  const behind = await startConsole({ clock, beside: server, publicUrl: "https://consola.example" });
  try {
    const sent = { name: "operador", password: "demo-operador" };
    const response = await new StaffBrowser(behind.url).send("POST", "/session", sent, {
      origin: "https://consola.example",
    });
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^__Host-ventanilla-session=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect((await new StaffBrowser(behind.url).send("POST", "/session", sent)).status).toBe(403);
  } finally {
    await behind.close();
  }
});

test("a session that is used stands for twelve hours, one that is not for two", async () => {
  const used = await browserOf(server, "operador");
  const idle = await browserOf(server, "operador");
  await clock.advance(119 * MINUTE);
  expect(await asks(used)).toBe(200);
  await clock.advance(2 * MINUTE);
  expect([await asks(used), await asks(idle)]).toEqual([200, 401]);
  for (let minutes = 121; minutes < 12 * 60 - 60; minutes += 60) {
    await clock.advance(60 * MINUTE);
    expect(await asks(used)).toBe(200);
  }
  await clock.advance(60 * MINUTE);
  expect(await asks(used)).toBe(401);
});

test("signing out ends the session, and only that one", async () => {
  const [one, other] = [await browserOf(server, "operador"), await browserOf(server, "operador")];
  expect((await one.send("DELETE", "/session")).status).toBe(204);
  expect([await asks(one), await asks(other)]).toEqual([401, 200]);
});

test("the command line's token needs no CSRF token; a cookie does", async () => {
  const browser = await browserOf(server, "tecnico");
  const token = browser.cookie.split("=")[1];
  const body = { kiosk: "k-1", place: "Oficina", site: "Arica" };
  const plain = new StaffBrowser(server.url);
  const response = await plain.send("POST", "/enrolments", body, { authorization: `Bearer ${token}` });
  expect(await response.json()).toMatchObject({
    ...{ kiosk: "k-1", ring: "general", by: "tecnico", code: "7K3M-9QXT-2WPA", server: "https://kiosks.example:4201" },
    ...{ caFingerprint: "AA:BB:CC", usedAt: null },
  });
  expect(
    await failure(plain.send("POST", "/enrolments", body, { authorization: "Bearer wrong-wrong-wrong-wrong" })),
  ).toEqual({
    status: 401,
    code: "access.no-session",
  });
});

test("a one-time code is taken back once", async () => {
  const browser = await browserOf(server, "tecnico");
  const made = (await (await browser.send("POST", "/enrolments", { kiosk: "k-2", place: "P", site: "S" })).json()) as {
    id: string;
  };
  expect((await browser.send("DELETE", `/enrolments/${made.id}`)).status).toBe(204);
  expect(await failure(browser.send("DELETE", `/enrolments/${made.id}`))).toEqual({
    status: 409,
    code: "console.enrolment-over",
  });
  expect((await auditActions(server.db)).slice(-2)).toEqual(["enrolment.code-made", "enrolment.code-cancelled"]);
});

test("guessing is slowed down by name, for names that are not there too, and right passwords wait as well", async () => {
  for (const name of ["operador", "nobody"]) {
    const browser = new StaffBrowser(server.url);
    for (let guess = 0; guess < 5; guess++) {
      expect(await failure(browser.signIn(name, `guess ${guess}`))).toEqual({
        status: 401,
        code: "access.sign-in-refused",
      });
    }
    const response = await browser.signIn(name);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect((await new StaffBrowser(server.url).signIn("tecnico")).status).toBe(200);
  await clock.advance(3_000);
  expect((await new StaffBrowser(server.url).signIn("operador")).status).toBe(200);
  const failures = server.log.filter(({ event }) => event === "access.sign-in-failed");
  expect(JSON.stringify(failures)).not.toMatch(/guess|nobody/);
});

test("many guesses at once count as many", async () => {
  const guesses = Array.from({ length: 12 }, () => failure(new StaffBrowser(server.url).signIn("versiones", "guess")));
  const answers = await Promise.all(guesses);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
});

test("an address that guesses many names waits", async () => {
  const name = (index: number) =>
    new StaffBrowser(server.url).signIn(`name ${index}`, "guess").then(({ status }) => status);
  const statuses: number[] = [];
  for (let index = 0; index < 31; index++) statuses.push(await name(index));
  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 401), 429]);
});

test("an administrator's password is good once, with a new one", async () => {
  const administrator = await browserOf(server, "administrador");
  const given = "given-by-somebody";
  const added = await administrator.send("POST", "/staff", {
    name: "Ana Ñandú",
    password: given,
    roles: ["viewer", "operator"],
  });
  expect(await added.json()).toMatchObject({
    id: "ana-nandu",
    name: "Ana Ñandú",
    roles: ["viewer", "operator"],
    source: "local",
  });
  const ana = new StaffBrowser(server.url);
  expect(await failure(ana.signIn("Ana Ñandú", given))).toEqual({ status: 403, code: "access.new-password-needed" });
  expect(await failure(ana.signIn("Ana Ñandú", given, { newPassword: given }))).toEqual({
    status: 403,
    code: "access.new-password-needed",
  });
  expect((await ana.signIn("Ana Ñandú", given, { newPassword: "my own, long enough" })).status).toBe(200);
  expect((await new StaffBrowser(server.url).signIn("Ana Ñandú", given)).status).toBe(401);
  expect(
    await failure(administrator.send("POST", "/staff", { name: "Ana Ñandú", password: given, roles: ["viewer"] })),
  ).toEqual({
    status: 409,
    code: "access.name-taken",
  });

  expect((await administrator.send("PATCH", "/staff/ana-nandu", { disabled: true })).status).toBe(200);
  expect(await asks(ana)).toBe(401);
  expect((await new StaffBrowser(server.url).signIn("Ana Ñandú", "my own, long enough")).status).toBe(401);
  expect((await administrator.send("PATCH", "/staff/ana-nandu", { disabled: false })).status).toBe(200);
  expect(await asks(ana)).toBe(401);
});

test("a role that is taken away is gone at the next request", async () => {
  const administrator = await browserOf(server, "administrador");
  const viewer = await browserOf(server, "tecnico");
  expect((await viewer.send("GET", "/enrolments")).status).toBe(200);
  await administrator.send("PATCH", "/staff/tecnico", { roles: ["viewer"] });
  expect((await viewer.send("GET", "/enrolments")).status).toBe(403);
  await administrator.send("PATCH", "/staff/tecnico", { roles: ["technician"] });
});

test("the last administrator stays, even when two are removed at once", async () => {
  const administrator = await browserOf(server, "administrador");
  const last = { status: 409, code: "access.last-administrator" };
  expect(await failure(administrator.send("PATCH", "/staff/administrador", { disabled: true }))).toEqual(last);
  expect(await failure(administrator.send("PATCH", "/staff/administrador", { roles: ["viewer"] }))).toEqual(last);
  await administrator.send("PATCH", "/staff/consulta", { roles: ["administrator"] });
  const other = await browserOf(server, "consulta");
  const both = [
    administrator.send("PATCH", "/staff/administrador", { roles: ["viewer"] }),
    other.send("PATCH", "/staff/consulta", { roles: ["viewer"] }),
  ];
  expect((await Promise.all(both)).map(({ status }) => status).toSorted()).toEqual([200, 409]);
  await server.db.updateTable("staff").set({ roles: '["administrator"]' }).where("id", "=", "administrador").execute();
});

test("the audit trail tells who did what, and a check of its chain finds what was altered", async () => {
  const administrator = await browserOf(server, "administrador");
  type Page = z.infer<typeof auditPageSchema>;
  const whole = (await administrator.get("/audit?verify=1&limit=2")) as Page;
  expect(whole.broken).toBeNull();
  expect(whole.entries[0]).toMatchObject({
    actor: "administrador",
    action: "staff.signed-in",
    details: { source: "local" },
  });
  const following = (await administrator.get(`/audit?limit=2&after=${whole.next}`)) as Page;
  expect(following.entries[0]?.number).toBe((whole.entries[1]?.number ?? 0) - 1);

  await alterAudit(server.db, 3);
  expect(await administrator.get("/audit?verify=1")).toMatchObject({ broken: 3 });
});

test("a server that nobody can sign in to makes one administrator, whose one-time password only its user can read", async () => {
  const directory = mkdtempSync(join(tmpdir(), "ventanilla-console-"));
  const fresh = await startConsole({ demo: false, stateDirectory: directory });
  try {
    const path = join(directory, "first-administrator.txt");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(fresh.log).toContainEqual(
      expect.objectContaining({ event: "access.first-administrator", fields: { path } }),
    );
    const password = /password: (\S+)/.exec(readFileSync(path, "utf8"))?.[1] ?? "";
    expect(JSON.stringify(fresh.log)).not.toContain(password);
    const browser = new StaffBrowser(fresh.url);
    expect(await browser.get("/session/options")).toMatchObject({ demo: false, accounts: [] });
    expect((await browser.signIn("admin", password)).status).toBe(403);
    expect((await browser.signIn("admin", password, { newPassword: "another long one" })).status).toBe(200);
    expect(await browser.get("/staff")).toMatchObject({ staff: [{ id: "admin", roles: ["administrator"] }] });
  } finally {
    await fresh.close();
    rmSync(directory, { recursive: true });
  }
});
