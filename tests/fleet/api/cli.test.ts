import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { runFleetCli } from "../../../fleet-server/cli/run.ts";
import { alterAudit, type ConsoleServer, startConsole } from "./console-kit.ts";
import { addKiosk } from "./fakes.ts";

let server: ConsoleServer;
let home: string;

beforeAll(async () => {
  server = await startConsole();
  home = mkdtempSync(join(tmpdir(), "ventanilla-fleet-"));
  for (let index = 0; index < 203; index++) await addKiosk(server.db, `k-${String(index).padStart(3, "0")}`);
  await addKiosk(server.db, "k-bad", { condition: "critical", condition_rank: 0, place: "Oficina\u001b[31m roja" });
  const common = { length: 10, sha256: "0".repeat(64), notes: "", added_at: 1, needs_release: null, service: null };
  const target = {
    ...common,
    path: "releases/ventanilla-1.2.3-linux-x64.tar.zst",
    version: "1.2.3",
    platform: "linux-x64",
  };
  await server.db
    .insertInto("target")
    .values({ ...target, kind: "release" })
    .execute();
  expect((await fleet(["sign-in", "administrador"], { secrets: ["demo-administrador"] })).status).toBe(0);
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true });
});

type Said = { status: number; out: string; err: string };

async function fleet(
  args: readonly string[],
  more: { secrets?: string[]; env?: Record<string, string>; home?: string } = {},
): Promise<Said> {
  const said = { out: "", err: "" };
  const secrets = [...(more.secrets ?? [])];
  const status = await runFleetCli(args, {
    clock: systemClock,
    env: { VENTANILLA_FLEET_SERVER: server.url, ...more.env },
    home: more.home ?? home,
    out: (text) => {
      said.out += text;
    },
    complain: (text) => {
      said.err += text;
    },
    askSecret: async () => secrets.shift() ?? "",
  });
  return { status, ...said };
}

async function json(args: readonly string[]): Promise<Record<string, unknown>[]> {
  const { status, out, err } = await fleet([...args, "--json"]);
  if (status !== 0) throw new Error(err);
  return out
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

test("the session is kept in a file that only its user can read, and ends with sign-out", async () => {
  const own = mkdtempSync(join(home, "own-"));
  expect(await fleet(["session"], { home: own })).toMatchObject({
    status: 1,
    err: expect.stringContaining("Sign in first"),
  });
  expect(await fleet(["sign-in", "operador"], { home: own, secrets: ["wrong"] })).toMatchObject({ status: 1, out: "" });
  expect(await fleet(["sign-in", "operador"], { home: own, secrets: ["demo-operador"] })).toMatchObject({
    status: 0,
    err: "",
  });
  const path = join(own, ".config", "ventanilla", "fleet.json");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect((await fleet(["session"], { home: own })).out).toMatch(/name +operador\nroles +operator\n/);
  const { token } = (JSON.parse(readFileSync(path, "utf8")) as Record<string, { token: string }>)[server.url] ?? {
    token: "",
  };
  expect((await fleet(["now"], { home: "/nowhere", env: { VENTANILLA_FLEET_TOKEN: token } })).status).toBe(0);
  expect(await fleet(["sign-out"], { home: own })).toMatchObject({ status: 0, out: "signed out\n" });
  expect((await fleet(["now"], { home: "/nowhere", env: { VENTANILLA_FLEET_TOKEN: token } })).status).toBe(1);
  expect(readFileSync(path, "utf8")).not.toContain(token);
});

test("a one-time password is changed at the first sign-in", async () => {
  const own = mkdtempSync(join(home, "new-"));
  const added = await fleet(["staff", "add", "rosa", "--role", "viewer"], { secrets: ["given-by-somebody"] });
  expect(added).toMatchObject({ status: 0, err: "" });
  const secrets = ["given-by-somebody", "my own, long enough"];
  expect(await fleet(["sign-in", "rosa"], { home: own, secrets })).toMatchObject({ status: 0, err: "" });
  expect(await fleet(["staff", "change", "rosa", "--disable"])).toMatchObject({
    status: 0,
    out: expect.stringContaining("disabled"),
  });
  expect(await json(["staff"])).toContainEqual(expect.objectContaining({ id: "rosa", disabled: true }));
  expect((await fleet(["staff", "change", "administrador", "--disable"])).err).toContain("[access.last-administrator]");
});

test("what is broken comes first, and what people typed cannot move the cursor", async () => {
  const { out } = await fleet(["now"]);
  expect(out).toMatch(/^1 critical, 0 warning/);
  expect(out).toContain("Santiago, Oficina [31m roja");
  expect(out).not.toContain("\u001b");
});

test("the list goes over every page, or as far as --limit says", async () => {
  expect(await json(["kiosks"])).toHaveLength(204);
  expect(await json(["kiosks", "--limit", "3"])).toHaveLength(3);
  expect((await json(["kiosks", "--search", "k-00"])).map(({ id }) => id)).toContain("k-007");
  expect(await json(["kiosk", "k-bad"])).toMatchObject([{ id: "k-bad", condition: "critical" }]);
});

test("a command is sent and listed", async () => {
  const [sent] = await json([
    "command",
    "k-001",
    "logs",
    "runtime",
    "--lines",
    "50",
    "--reason",
    "looks slow",
    "--expires-in",
    "60",
  ]);
  expect(sent).toMatchObject({
    command: { name: "logs", part: "runtime", lines: 50 },
    by: "administrador",
    state: "queued",
  });
  expect(await json(["commands", "k-001"])).toEqual([sent]);
  expect((await json(["timeline", "k-001"]))[0]).toMatchObject({ kind: "command", code: "logs" });
  expect((await fleet(["change", "k-001", "--ring", "first"])).out).toContain("first");
});

test("enrol prints code, server address and fingerprint of the CA", async () => {
  const { out } = await fleet(["enrol", "k-new", "--place", "Oficina", "--site", "Arica"]);
  expect(out).toMatch(/code +7K3M-9QXT-2WPA\nserver +https:\/\/kiosks\.example:4201\nCA fingerprint +AA:BB:CC\n/);
  const [row] = await json(["enrolments"]);
  expect(row).toMatchObject({ kiosk: "k-new", ring: "general" });
  expect(await fleet(["cancel-enrolment", String(row?.id)])).toMatchObject({ status: 0, out: "cancelled\n" });
  expect((await fleet(["cancel-enrolment", String(row?.id), "--json"])).err).toMatch(
    /^\{"code":"console.enrolment-over"/,
  );
  expect((await fleet(["revoke", "k-001", "--reason", "stolen"])).status).toBe(0);
});

test("a rollout is tried, started and taken through its life", async () => {
  const [target] = await json(["targets"]);
  const start = ["rollout", "start", String(target?.path), "--ring", "first:95:5", "--ring", "general"];
  const tried = await fleet([...start, "--dry-run"]);
  expect(tried.out).toMatch(/^Nothing is started/);
  expect(await json(["rollout", "list"])).toEqual([]);
  const [made] = await json(start);
  expect(made).toMatchObject({
    rings: [
      { ring: "first", success: 95, error: 5 },
      { ring: "general", success: 90, error: 10 },
    ],
  });
  const id = String(made?.id);
  for (const [action, state] of [
    ["pause", "paused"],
    ["resume", "running"],
    ["halt", "halted"],
    ["cancel", "cancelled"],
  ] as const)
    expect(await json(["rollout", action, id])).toMatchObject([{ state }]);
  expect((await fleet(["rollout", "show", id])).out).toContain("cancelled");
});

test("audit --verify fails when the chain is broken", async () => {
  const whole = await fleet(["audit", "--verify", "--limit", "1"]);
  expect(whole).toMatchObject({ status: 0, out: expect.stringContaining("The chain is whole.") });
  await alterAudit(server.db, 2);
  expect(await fleet(["audit", "--verify"])).toMatchObject({
    status: 1,
    out: expect.stringContaining("broken at entry 2"),
  });
  expect((await fleet(["audit", "--verify", "--json"])).out).toContain('{"broken":2}');
});

test.each([
  [[], "no command given"],
  [["fly"], 'there is no command "fly"'],
  [["rollout"], 'there is no command "rollout"'],
  [["kiosk"], "something is missing"],
  [["now", "then"], "not understood: then"],
  [["kiosks", "--limit", "many"], "whole number"],
  [["kiosks", "--sort", "size"], "sort"],
  [["kiosks", "--nothing"], "--nothing"],
  [["command", "k-001", "format-disk"], "there is no command"],
  [["command", "k-001", "restart-part"], "needs a part"],
  [["command", "k-001", "restart-part", "roof"], "part"],
  [["command", "k-001", "drain", "now"], "no further word"],
  [["enrol", "k-1", "--place", "P"], "--site is missing"],
  [["rollout", "start", "t"], "rings"],
  [["rollout", "start", "t", "--ring", "a:b"], "--ring takes"],
  [["staff", "add", "x", "--role", "king"], "roles"],
  [["now", "--server", "fleet.example"], "no address"],
  [["sign-in", "x", "--server", "http://fleet.example"], "not https"],
])("bad usage is told, with the usage, and nothing is sent: %j", async (args, complaint) => {
  const { status, out, err } = await fleet(args);
  expect({ status, out }).toEqual({ status: 64, out: "" });
  expect(err).toContain(complaint);
  expect(err).toContain("--help");
});

test("a server that is away, or is none, is told as such", async () => {
  expect(await fleet(["now", "--server", "http://127.0.0.1:9"])).toMatchObject({
    status: 1,
    err: expect.stringContaining("cannot be reached"),
  });
});

test("help names every command, or tells of one", async () => {
  const { status, out } = await fleet(["--help"]);
  expect(status).toBe(0);
  for (const command of ["sign-in", "now", "kiosks", "command", "enrol", "rollout start", "audit"])
    expect(out).toContain(`  ${command} `.trimEnd());
  expect((await fleet(["rollout", "start", "--help"])).out).not.toContain("sign-in <name>");
});
