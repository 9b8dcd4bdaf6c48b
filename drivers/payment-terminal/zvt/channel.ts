import type { Clock } from "../../../base/clock.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err } from "../../../base/result.ts";
import type { OpenChannel } from "../../transport/byte-channel.ts";
import { serialChannel } from "../../transport/serial.ts";
import { parseHostPort, tcpChannel } from "../../transport/tcp.ts";
import { DEFAULT_BAUD_RATE, DEFAULT_PORT, type ZvtModelName } from "./models.ts";

/**
 * The way to a terminal.
 *
 * @param port `host:port` (or `host` for port 20007) over TCP, a device file on a serial line. What is no address is nowhere.
 */
export function zvtChannel(model: ZvtModelName, port: string, baudRate: number | undefined, clock: Clock): OpenChannel {
  if (model === "zvt-serial") return serialChannel({ path: port, baudRate: baudRate ?? DEFAULT_BAUD_RATE }, clock);
  const address = parseHostPort(port, DEFAULT_PORT);
  return address === undefined
    ? async () => err(coded("link.absent", `${port} is not host:port`))
    : tcpChannel(address, clock);
}
