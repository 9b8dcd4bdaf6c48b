import { coded } from "../../base/registry/coded-error.ts";
import type { Root } from "../devices/root.ts";
import { type Check, type Finding, fail, notRun, pass } from "./check.ts";

export type OpenPort = { readonly protocol: "tcp" | "udp"; readonly port: number };

const LISTEN = "0A";
const UNCONNECTED = "07";
/** What a kiosk may hold open to the network: only DHCP's own answers come in. */
const EXPECTED: readonly OpenPort[] = [
  { protocol: "udp", port: 68 },
  { protocol: "udp", port: 546 },
];

/** Whether only the expected ports are open to the network. @param allowed further ports, by the technician's word. */
export function openPortsCheck(root: Root, allowed: readonly number[]): Check {
  return {
    check: "network.ports",
    title: { es: "Puertos abiertos", en: "Open ports" },
    run: async () => judge(root, allowed),
  };
}

function judge(root: Root, allowed: readonly number[]): Finding {
  if (!root.exists("/proc/net/tcp")) return notRun({ es: "el sistema no lo dice", en: "the system does not tell" });
  const open = openPorts(root).filter(
    ({ protocol, port }) =>
      !allowed.includes(port) && !EXPECTED.some((known) => known.protocol === protocol && known.port === port),
  );
  if (open.length === 0) return pass({ es: "ninguno hacia la red", en: "none towards the network" });
  return fail(coded("readiness.port-open", open.map(({ protocol, port }) => `${protocol} ${port}`).join(", ")));
}

/** Sockets that take what comes from the network, by the kernel's own tables; loopback is not the network. */
export function openPorts(root: Root): OpenPort[] {
  const found = (["tcp", "udp"] as const).flatMap((protocol) =>
    ["", "6"].flatMap((version) =>
      (root.text(`/proc/net/${protocol}${version}`) ?? "")
        .split("\n")
        .slice(1)
        .flatMap((line) => {
          const [, local = "", , state] = line.trim().split(/\s+/);
          const [address = "", port = ""] = local.split(":");
          if (state !== (protocol === "tcp" ? LISTEN : UNCONNECTED) || isLoopback(address)) return [];
          return [{ protocol, port: Number.parseInt(port, 16) }];
        }),
    ),
  );
  const unique = new Map(found.map((open) => [`${open.protocol} ${open.port}`, open]));
  return [...unique.values()].sort((a, b) => a.protocol.localeCompare(b.protocol) || a.port - b.port);
}

/** The kernel writes addresses in the machine's byte order: 127.0.0.1 is `0100007F`. */
function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith("7F");
  return address === "00000000000000000000000001000000" || /^0{16}FFFF0000[0-9A-F]{6}7F$/.test(address);
}
