import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditActions, type ConsoleServer, StaffBrowser, startConsole } from "./console-kit.ts";

/** The provider's people and their groups; changed by a test. */
const GROUPS: Record<string, string[]> = {
  ana: ["fleet-ops", "fleet-admins"],
  luis: ["cooks"],
  operador: ["fleet-ops"],
};

let provider: Server;
let issuer: string;
let server: ConsoleServer;

beforeAll(async () => {
  provider = createServer();
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const roles = { "fleet-ops": "operator", "fleet-admins": "administrator" };
  const client = { clientId: "console", clientSecret: "secret-of-the-console", scope: "openid profile groups" };
  server = await startConsole({ oidc: { issuer, ...client, label: "Instituto", roles } });
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [`${server.url}/api/v1/session/oidc/callback`],
      },
    ],
    cookies: { keys: ["key of the test's provider"] },
    scopes: ["openid", "profile", "groups"],
    claims: { openid: ["sub"], profile: ["preferred_username"], groups: ["groups"] },
    pkce: { required: () => true },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: sub, groups: GROUPS[sub] ?? [] }),
    }),
  });
  provider.on("request", oidc.callback());
});
afterAll(async () => {
  await server.close();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
});

/** A browser with cookies for both sites, as far as the way through the provider's pages needs it. */
class Person {
  readonly #jars = new Map<string, Map<string, string>>();

  async ask(address: string, form?: Record<string, string>): Promise<Response> {
    const url = new URL(address);
    const jar = this.#jars.get(url.origin) ?? new Map<string, string>();
    this.#jars.set(url.origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const body = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
    const response = await fetch(url, { redirect: "manual", headers: { cookie }, ...body });
    for (const text of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  cookie(origin: string, name: string): string | undefined {
    return this.#jars.get(origin)?.get(name);
  }

  /** Follows the provider's pages up to the address that leads back to the console. */
  async throughProvider(name: string): Promise<string> {
    let response = await this.ask(`${server.url}/api/v1/session/oidc`);
    for (let step = 0; step < 20; step++) {
      const location = response.headers.get("location");
      if (location === null) throw new Error(`${response.status} ${await response.text()}`);
      const next = new URL(location, issuer).href;
      if (next.startsWith(server.url)) return next;
      response = await this.ask(next);
      if (response.status !== 200) continue;
      const prompt = /name="prompt" value="(\w+)"/.exec(await response.text())?.[1] ?? "";
      response = await this.ask(next, { prompt, login: name, password: "any" });
    }
    throw new Error("The provider's pages do not end.");
  }

  async session(): Promise<{ status: number; body: unknown }> {
    const response = await this.ask(`${server.url}/api/v1/session`);
    return { status: response.status, body: await response.json() };
  }
}

test("the sign-in page offers the provider by its label", async () => {
  expect(await new StaffBrowser(server.url).get("/session/options")).toMatchObject({ oidc: { label: "Instituto" } });
});

test("somebody in known groups has the union of their roles, a Strict session cookie, and an entry in the audit trail", async () => {
  const ana = new Person();
  const back = await ana.throughProvider("ana");
  const response = await ana.ask(back);
  expect([response.status, response.headers.get("location")]).toEqual([302, "/"]);
  const [cleared = "", cookie = ""] = response.headers.getSetCookie();
  expect(cleared).toMatch(/^ventanilla-oidc=;/);
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
  expect(await ana.session()).toMatchObject({
    status: 200,
    body: { staff: "ana", roles: ["operator", "administrator"] },
  });
  expect((await auditActions(server.db)).slice(-2)).toEqual(["staff.created", "staff.signed-in"]);
});

test("groups are looked at anew each time, and the administrator's own roles are the provider's", async () => {
  GROUPS.ana = ["fleet-admins"];
  const ana = new Person();
  await ana.ask(await ana.throughProvider("ana"));
  const { body } = await ana.session();
  expect(body).toMatchObject({ staff: "ana", roles: ["administrator"] });
  const headers = { "x-csrf-token": (body as { csrf: string }).csrf };
  const browser = new StaffBrowser(server.url);
  browser.cookie = `ventanilla-session=${ana.cookie(server.url, "ventanilla-session")}`;
  const response = await browser.send("PATCH", "/staff/ana", { roles: ["viewer"] }, headers);
  expect(await response.json()).toMatchObject({ code: "access.provider-decides" });
});

test("somebody whose groups give no role gets a page that says so, and no session", async () => {
  const luis = new Person();
  const response = await luis.ask(await luis.throughProvider("luis"));
  expect(response.status).toBe(403);
  expect(response.headers.get("content-type")).toContain("text/html");
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const page = await response.text();
  expect(page).toContain("none of your groups gives access");
  expect(page).not.toContain("luis");
  expect(await luis.session()).toMatchObject({ status: 401 });
  expect(await server.db.selectFrom("staff").select("id").where("name", "=", "luis").execute()).toEqual([]);
});

test("who loses every group loses the sessions at the next sign-in, and who is disabled stays out", async () => {
  GROUPS.ana = ["fleet-ops"];
  const before = new Person();
  await before.ask(await before.throughProvider("ana"));
  expect(await before.session()).toMatchObject({ status: 200 });
  GROUPS.ana = [];
  const after = new Person();
  expect((await after.ask(await after.throughProvider("ana"))).status).toBe(403);
  expect(await before.session()).toMatchObject({ status: 401 });
  GROUPS.ana = ["fleet-ops"];
  await server.db.updateTable("staff").set({ disabled: true }).where("id", "=", "ana").execute();
  expect((await after.ask(await after.throughProvider("ana"))).status).toBe(403);
});

test("the provider's person of a local account's name is somebody else", async () => {
  const person = new Person();
  await person.ask(await person.throughProvider("operador"));
  expect(await person.session()).toMatchObject({ body: { staff: "operador-operador", name: "operador (operador)" } });
  expect((await new StaffBrowser(server.url).signIn("operador")).status).toBe(200);
});

test.each([
  ["in another browser", (back: string) => [new Person(), back] as const],
  ["with another state", (back: string, own: Person) => [own, back.replace(/state=[^&]+/, "state=forged")] as const],
  ["with another code", (back: string, own: Person) => [own, back.replace(/code=[^&]+/, "code=forged")] as const],
  [
    "from another issuer",
    (back: string, own: Person) => [own, back.replace(/iss=[^&]+/, "iss=https%3A%2F%2Felsewhere.example")] as const,
  ],
])("a way back is refused %s", async (_how, change) => {
  const person = new Person();
  const [who, address] = change(await person.throughProvider("operador"), person);
  const response = await who.ask(address);
  expect([response.status, response.headers.get("location")]).toEqual([403, null]);
  expect(await response.text()).toContain("access.oidc-refused");
  expect(await who.session()).toMatchObject({ status: 401 });
});

test("a code that came back is good once", async () => {
  const person = new Person();
  const back = await person.throughProvider("operador");
  const flow = person.cookie(server.url, "ventanilla-oidc");
  expect((await person.ask(back)).status).toBe(302);
  const again = await fetch(back, { redirect: "manual", headers: { cookie: `ventanilla-oidc=${flow}` } });
  expect(again.status).toBe(403);
});

test("a provider that is away gives a page that says so", async () => {
  const away = await startConsole({
    beside: server,
    oidc: { issuer: "http://127.0.0.1:9", clientId: "console", roles: { staff: "viewer" } },
  });
  try {
    const response = await new StaffBrowser(away.url).send("GET", "/session/oidc");
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("access.oidc-unavailable");
  } finally {
    await away.close();
  }
});

test("a configuration that gives a group a role that does not exist does not start", async () => {
  const oidc = { issuer, clientId: "console", roles: { staff: "king" } };
  await expect(startConsole({ beside: server, oidc })).rejects.toThrow(/staff/);
});
