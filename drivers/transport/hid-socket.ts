import type { Clock } from "../../base/clock.ts";
import type { OpenReports } from "./report-channel.ts";
import { framedReports } from "./report-stream.ts";
import { tcpChannel, type UnixAddress } from "./tcp.ts";

/** Opens a HID device that another process plays on a Unix socket: a simulated or a replayed one. */
export function socketReports(address: UnixAddress, clock: Clock): OpenReports {
  return framedReports(tcpChannel(address, clock), clock);
}
