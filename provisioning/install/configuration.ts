import { isIP } from "node:net";
import { stringify } from "yaml";
import type { Site } from "./settings.ts";

/** A file of `/etc` that the installation writes. */
export type ConfigurationFile = { readonly path: string; readonly content: string; readonly mode: number };

const HEADER = "# Written by the installation of the kiosk; run it again with other settings instead of editing.\n";
const GATEWAY = "/etc/ventanilla/gateway";
/** Where the fleet agent keeps the kiosk's certificate and key for the runtime. */
const CREDENTIALS = "/var/lib/ventanilla/credentials";

const CONTROL = "/run/ventanilla/control/runtime.sock";

const GUARD = {
  root: "/opt/ventanilla",
  state: "/var/lib/ventanilla/guard/state.json",
  requests: "/var/lib/ventanilla/agent/requests",
  /** The enrolment lays the root of trust there, as root: the agent cannot change what the guard believes. */
  trust: "/var/lib/ventanilla/guard/trust",
  metadata: "/var/lib/ventanilla/agent/data/metadata",
  parts: { by: "systemd" },
};

/** Every configuration file of a kiosk, from what is said of the site. @param accounts users of the machine: the firewall knows no others. */
export function configurationFiles(site: Site, accounts: ReadonlySet<string>): ConfigurationFile[] {
  const { gateway, fleet } = site;
  const kiosk = {
    kiosk: site.kiosk,
    devices: site.devices,
    gateway: {
      url: gateway.url,
      ca: gateway.ca ?? `${GATEWAY}/ca.pem`,
      certificate: gateway.certificate ?? (fleet === undefined ? `${GATEWAY}/kiosk.pem` : `${CREDENTIALS}/kiosk.crt`),
      key: gateway.key ?? (fleet === undefined ? `${GATEWAY}/kiosk.key` : `${CREDENTIALS}/kiosk.key`),
    },
    data: "/var/lib/ventanilla/runtime",
    view: {
      port: 4100,
      socket: "/run/ventanilla/view/view.sock",
      tokenFile: "/run/ventanilla/view/token",
      bundle: "/opt/ventanilla/current/ui",
    },
    control: { socket: CONTROL },
    services: "/opt/ventanilla/current/runtime/services",
  };
  const files: ConfigurationFile[] = [
    { path: "/etc/ventanilla/kiosk.yaml", content: HEADER + stringify(kiosk), mode: 0o644 },
    { path: "/etc/ventanilla/guard.yaml", content: HEADER + stringify(GUARD), mode: 0o644 },
    { path: "/etc/ventanilla/runtime.env", content: `TZ=${site.timezone}\n`, mode: 0o644 },
    { path: "/etc/ventanilla/firewall.nft", content: firewall(site, accounts), mode: 0o644 },
    { path: `${DROP_INS}/ventanilla-runtime.service.d/gateway.conf`, content: only(gateway.url), mode: 0o644 },
  ];
  for (const { id, kind, port } of networkDevicesOf(site))
    files.push({
      path: `${DROP_INS}/ventanilla-runtime.service.d/${kind === "page-printer" ? "printer" : "scanner"}-${id}.conf`,
      content: only(port),
      mode: 0o644,
    });
  if (fleet !== undefined) {
    const agent = {
      server: fleet.server,
      ...(fleet.ca === undefined ? {} : { serverCa: fleet.ca }),
      identity: "/var/lib/ventanilla/agent/identity",
      credentials: CREDENTIALS,
      data: "/var/lib/ventanilla/agent/data",
      runtimeSocket: CONTROL,
      guard: { requests: GUARD.requests, state: GUARD.state },
      builtInServices: "/opt/ventanilla/current/runtime/services",
    };
    files.push(
      { path: "/etc/ventanilla/agent.yaml", content: HEADER + stringify(agent), mode: 0o644 },
      {
        path: `${DROP_INS}/ventanilla-agent.service.d/fleet.conf`,
        content: only(fleet.server, ["IPAddressDeny=any", "IPAddressAllow=localhost"]),
        mode: 0o644,
      },
      { path: `${DROP_INS}/ventanilla-wizard.service.d/gateway.conf`, content: only(gateway.url), mode: 0o644 },
    );
  }
  return files;
}

/** Who may ask for names. */
const RESOLVERS = ["root", "_apt", "systemd-resolve", "systemd-timesync", "ventanilla-runtime", "ventanilla-agent"];

const DROP_INS = "/etc/systemd/system";

/** A part speaks to loopback and to its server, nobody else. A server that is named has no address to write down. */
function only(server: string, before: readonly string[] = []): string {
  const { hostname } = new URL(server);
  const address = hostname.replace(/^\[|\]$/g, "");
  return ["[Service]", ...before, `IPAddressAllow=${isIP(address) === 0 ? "any" : address}`, ""].join("\n");
}

/** Default deny in both directions. Who may speak out is told by the part's own user, so that no other program can. */
function firewall(site: Site, accounts: ReadonlySet<string>): string {
  const { gateway, fleet } = site;
  const resolvers = RESOLVERS.filter((user) => accounts.has(user));
  const servers = [gateway.url, ...networkDevicesOf(site).map(({ port }) => port)];
  // As root the technician's check asks them too.
  const out = servers.flatMap((server) => [allowed("ventanilla-runtime", server), allowed("root", server)]);
  if (fleet !== undefined) out.push(allowed("ventanilla-agent", fleet.server));
  return `#!/usr/sbin/nft -f
${HEADER}table inet ventanilla
delete table inet ventanilla

table inet ventanilla {
  chain input {
    type filter hook input priority filter; policy drop;
    iif lo accept
    ct state established,related accept
    ct state invalid drop
    icmp type { destination-unreachable, time-exceeded, parameter-problem, echo-request } limit rate 10/second accept
    icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    udp sport 67 udp dport 68 accept
    udp sport 547 udp dport 546 accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
  chain output {
    type filter hook output priority filter; policy drop;
    oif lo accept
    ct state established,related accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld2-listener-report } accept
    udp sport 68 udp dport 67 accept
    udp sport 546 udp dport 547 accept
    meta skuid { ${resolvers.join(", ")} } meta l4proto { tcp, udp } th dport 53 accept
${accounts.has("systemd-timesync") ? "    meta skuid systemd-timesync udp dport 123 accept\n" : ""}    meta skuid { root, _apt } tcp dport { 80, 443 } accept
${out.map((rule) => `    ${rule}`).join("\n")}
    reject with icmpx admin-prohibited
  }
}
`;
}

/** Printers and scanners on the network, which are the runtime's to reach. */
function networkDevicesOf({ devices }: Site): Site["devices"] {
  return devices.filter(
    ({ kind, port }) => (kind === "page-printer" || kind === "document-scanner") && URL.canParse(port),
  );
}

const PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "ipp:": 631, "ipps:": 631 };

function allowed(user: string, address: string): string {
  const { hostname, port, protocol } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, "");
  const version = isIP(host);
  const to = version === 0 ? "" : `${version === 6 ? "ip6" : "ip"} daddr ${host} `;
  return `meta skuid ${user} ${to}tcp dport ${port || (PORTS[protocol] ?? 443)} accept`;
}
