import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { settingsSchema } from "../../fleet-agent/settings.ts";
import { configSchema } from "../../kiosk/runtime/config/schema.ts";
import { configurationFiles } from "../../provisioning/install/configuration.ts";
import { siteSchema } from "../../provisioning/install/settings.ts";

const ACCOUNTS = new Set(["root", "_apt", "systemd-timesync", "ventanilla-runtime", "ventanilla-agent"]);
const SITE = siteSchema.parse({
  kiosk: { id: "valdivia-1", place: "ChileAtiende Valdivia", screenWidth: 301 },
  timezone: "America/Santiago",
  devices: [
    {
      id: "printer",
      kind: "receipt-printer",
      model: "custom-vkp80",
      port: "/dev/ventanilla/serial-board-0",
      baud: 38_400,
    },
  ],
  gateway: { url: "https://gateway.example.cl" },
  fleet: { server: "https://192.0.2.7:4200" },
});

function contentOf(path: string): string {
  const file = configurationFiles(SITE, ACCOUNTS).find((each) => each.path === path);
  return file?.content ?? "";
}

test("the runtime and the agent accept what the installation writes for them", () => {
  expect(configSchema.parse(parse(contentOf("/etc/ventanilla/kiosk.yaml"))).kiosk.id).toBe("valdivia-1");
  expect(settingsSchema.parse(parse(contentOf("/etc/ventanilla/agent.yaml"))).server).toBe("https://192.0.2.7:4200");
});

test("the agent finds the runtime's socket, and the guard where the agent asks it", () => {
  const kiosk = parse(contentOf("/etc/ventanilla/kiosk.yaml"));
  const agent = parse(contentOf("/etc/ventanilla/agent.yaml"));
  const guard = parse(contentOf("/etc/ventanilla/guard.yaml"));
  expect(agent.runtimeSocket).toBe(kiosk.control.socket);
  expect(agent.guard).toEqual({ requests: guard.requests, state: guard.state });
});

test("the runtime shows the gateway the certificate that the agent keeps, unless the site has another", () => {
  const { gateway } = parse(contentOf("/etc/ventanilla/kiosk.yaml"));
  const { credentials } = parse(contentOf("/etc/ventanilla/agent.yaml"));
  expect([gateway.certificate, gateway.key]).toEqual([`${credentials}/kiosk.crt`, `${credentials}/kiosk.key`]);
  const own = { ...SITE, gateway: { ...SITE.gateway, certificate: "/own.crt", key: "/own.key" } };
  const kiosk = configurationFiles(own, ACCOUNTS).find(({ path }) => path.endsWith("kiosk.yaml"));
  expect(parse(kiosk?.content ?? "").gateway.key).toBe("/own.key");
});

test("the agent's unit lets it speak to loopback and to its fleet server", () => {
  const dropIn = contentOf("/etc/systemd/system/ventanilla-agent.service.d/fleet.conf");
  expect(dropIn.split("\n")).toEqual([
    "[Service]",
    "IPAddressDeny=any",
    "IPAddressAllow=localhost",
    "IPAddressAllow=192.0.2.7",
    "",
  ]);
});

test("a kiosk without a fleet has no agent's file, and no way out for it", () => {
  const { fleet: _fleet, ...alone } = SITE;
  const files = configurationFiles(alone, ACCOUNTS);
  expect(files.some(({ path }) => path.endsWith("agent.yaml"))).toBe(false);
  expect(files.find(({ path }) => path.endsWith("firewall.nft"))?.content).not.toMatch(/skuid ventanilla-agent tcp/);
});

test("the firewall denies by default in both directions, and lets each part speak to its own server only", () => {
  const rules = contentOf("/etc/ventanilla/firewall.nft");
  expect(rules.match(/policy drop/g)).toHaveLength(3);
  expect(rules).toContain("meta skuid ventanilla-runtime tcp dport 443 accept");
  expect(rules).toContain("meta skuid ventanilla-agent ip daddr 192.0.2.7 tcp dport 4200 accept");
  // The technician's check asks the gateway as root, and the fleet as the agent's user.
  expect(rules).toContain("meta skuid root tcp dport 443 accept");
  expect(rules).not.toContain("meta skuid root ip daddr 192.0.2.7");
});

test("a printer on the network may be reached by the runtime and the technician's check, and by nobody else", () => {
  const printer = (id: string, port: string) => ({ id, kind: "page-printer" as const, model: "ipp", port });
  const devices = [printer("pages", "ipp://192.0.2.9/ipp/print"), printer("spare", "ipps://printer.local:8631/")];
  const files = configurationFiles({ ...SITE, devices }, ACCOUNTS);
  const contentAt = (path: string) => files.find((file) => file.path === path)?.content ?? "";
  const rules = contentAt("/etc/ventanilla/firewall.nft");
  for (const user of ["ventanilla-runtime", "root"]) {
    expect(rules).toContain(`meta skuid ${user} ip daddr 192.0.2.9 tcp dport 631 accept`);
    expect(rules).toContain(`meta skuid ${user} tcp dport 8631 accept`);
  }
  expect(rules.match(/dport 631 /g)).toHaveLength(2);
  const dropIns = "/etc/systemd/system/ventanilla-runtime.service.d";
  expect(contentAt(`${dropIns}/printer-pages.conf`)).toBe("[Service]\nIPAddressAllow=192.0.2.9\n");
  expect(contentAt(`${dropIns}/printer-spare.conf`)).toBe("[Service]\nIPAddressAllow=any\n");
});

test("so may a document scanner", () => {
  const scanner = (id: string, port: string) => ({ id, kind: "document-scanner" as const, model: "escl", port });
  const devices = [scanner("papers", "http://192.0.2.8/eSCL"), scanner("usb", "http://192.0.2.8:60000/eSCL")];
  const files = configurationFiles({ ...SITE, devices }, ACCOUNTS);
  const contentAt = (path: string) => files.find((file) => file.path === path)?.content ?? "";
  const rules = contentAt("/etc/ventanilla/firewall.nft");
  for (const port of [80, 60_000])
    expect(rules).toContain(`meta skuid ventanilla-runtime ip daddr 192.0.2.8 tcp dport ${port} accept`);
  const dropIns = "/etc/systemd/system/ventanilla-runtime.service.d";
  expect(contentAt(`${dropIns}/scanner-papers.conf`)).toBe("[Service]\nIPAddressAllow=192.0.2.8\n");
});

test("the firewall's file is what nft understands", () => {
  // nft looks users up: those of this machine stand in for the kiosk's.
  const rules = contentOf("/etc/ventanilla/firewall.nft")
    .replaceAll(/ventanilla-(?:runtime|agent)/g, "root")
    .replaceAll(/systemd-timesync/g, "nobody")
    .replace(/\{ root, _apt, [^}]*\}/, "{ root, _apt }");
  const checked = spawnSync("unshare", ["--net", "nft", "--check", "--file", "-"], { input: rules, encoding: "utf8" });
  expect(checked.stderr).toBe("");
  expect(checked.status).toBe(0);
});

test("only what a kiosk may be told is accepted", () => {
  expect(siteSchema.safeParse({ ...SITE, gateway: { url: "http://gateway.example.cl" } }).success).toBe(false);
  expect(siteSchema.safeParse({ ...SITE, timezone: "Santiago; rm" }).success).toBe(false);
});
