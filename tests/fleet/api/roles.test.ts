import { afterAll, beforeAll, expect, test } from "vitest";
import { ROLES } from "../../../fleet-server/api/contract/access.ts";
import { OPERATIONS, type Operation } from "../../../fleet-server/api/contract/operations.ts";
import { browserOf, type ConsoleServer, StaffBrowser, startConsole } from "./console-kit.ts";

/** An account of each role; the administrator's one has the role alone. */
const NAMES = {
  viewer: "consulta",
  operator: "operador",
  technician: "tecnico",
  "release-manager": "versiones",
  administrator: "solo-administra",
} as const;
const operations = Object.entries(OPERATIONS) as [Operation, (typeof OPERATIONS)[Operation]][];
const guarded = operations.filter(([, { roles }]) => roles !== "public");

/** What the guard answers with; everything else was let in, whatever became of it. */
const REFUSED = ["access.no-session", "access.not-allowed", "access.forged-request"];

let server: ConsoleServer;

beforeAll(async () => {
  server = await startConsole();
  const administrator = await browserOf(server, "administrador");
  const password = "given-by-somebody";
  const roles = ["administrator"];
  await administrator.send("POST", "/staff", { name: NAMES.administrator, password, roles });
  const own = new StaffBrowser(server.url);
  await own.signIn(NAMES.administrator, password, { newPassword: "demo-solo-administra" });
});
afterAll(() => server.close());

/** Asks with nothing right but the address, so that what is let in changes nothing. @returns what the guard said. */
async function ask(browser: StaffBrowser, operation: Operation, headers?: Record<string, string>): Promise<string> {
  const { method, path } = OPERATIONS[operation];
  const body = method === "POST" || method === "PATCH" ? [] : undefined;
  const response = await browser.send(method, path.replace(/:\w+/g, "none"), body, headers);
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return "let in";
  }
  const { code = "" } = response.status === 204 ? {} : ((await response.json()) as { code?: string });
  return REFUSED.includes(code) ? code : "let in";
}

test("what is mounted is the table, no more and no less", () => {
  const table = operations.map(([, { method, path }]) => `${method} /api/v1${path}`);
  expect(server.routes.filter((route) => !route.startsWith("HEAD ")).toSorted()).toEqual(table.toSorted());
});

test.each(ROLES)("%s reaches exactly the operations of the table", async (role) => {
  const browser = await browserOf(server, NAMES[role]);
  const said: Record<string, string> = {};
  // Signing out comes last: it ends the session that asks.
  for (const [operation] of guarded.toSorted(([a]) => (a === "signOut" ? 1 : -1)))
    said[operation] = await ask(browser, operation);
  const expected = guarded.map(([operation, { roles }]) => [
    operation,
    (roles as readonly string[]).includes(role) ? "let in" : "access.not-allowed",
  ]);
  expect(said).toEqual(Object.fromEntries(expected));
});

test.each(ROLES)("the session of %s names the operations that it may", async (role) => {
  const browser = await browserOf(server, NAMES[role]);
  const { operations: told } = (await browser.get("/session")) as { operations: string[] };
  const may = operations.filter(([, { roles }]) => roles === "public" || (roles as readonly string[]).includes(role));
  expect(told).toEqual(may.map(([operation]) => operation));
});

test("nobody reaches anything without a session", async () => {
  for (const [operation] of guarded)
    expect([operation, await ask(new StaffBrowser(server.url), operation)]).toEqual([operation, "access.no-session"]);
});

test("nothing is changed without the CSRF token, or from another origin", async () => {
  const browser = await browserOf(server, "administrador");
  for (const [operation, { method }] of guarded.filter(([, { method }]) => method !== "GET")) {
    for (const headers of [
      { "x-csrf-token": "" },
      { "x-csrf-token": "wrong" },
      { origin: "https://elsewhere.example" },
      { origin: "null" },
    ])
      expect([operation, method, headers, await ask(browser, operation, headers)]).toEqual([
        operation,
        method,
        headers,
        "access.forged-request",
      ]);
  }
  expect(await ask(browser, "session")).toBe("let in");
});

test("another origin cannot sign anybody in", async () => {
  const browser = new StaffBrowser(server.url);
  const response = await browser.send(
    "POST",
    "/session",
    { name: "operador", password: "demo-operador" },
    { origin: "https://elsewhere.example" },
  );
  expect(response.status).toBe(403);
  expect(response.headers.getSetCookie()).toEqual([]);
});

test("the API describes itself as OpenAPI 3.1, each operation with its roles", async () => {
  const document = (await new StaffBrowser(server.url).get("/openapi.json")) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; description: string }>>;
  };
  expect(document.openapi).toMatch(/^3\.1/);
  for (const [operation, { method, path, roles }] of operations) {
    const described = document.paths[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    expect(described).toMatchObject({
      operationId: operation,
      description: roles === "public" ? "Needs no session." : `Roles: ${roles.join(", ")}.`,
    });
  }
});

test("an address that is no operation is not found, and nothing of the API is kept by a cache", async () => {
  const browser = await browserOf(server, "administrador");
  const response = await browser.send("GET", "/nothing");
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: "console.not-found" });
  expect((await browser.send("GET", "/session")).headers.get("cache-control")).toBe("no-store");
});
