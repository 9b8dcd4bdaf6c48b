import type { Clock } from "../../base/clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err } from "../../base/result.ts";
import { tcpChannel } from "../transport/tcp.ts";
import { parseUpsAddress } from "./address.ts";
import type { NutUpsOptions } from "./driver.ts";

/**
 * How the UPS of an address is reached. One of an address that cannot be read is refused whenever it is opened, so that the kiosk's status says
 * what is wrong instead of the kiosk not starting.
 */
export function reachUps(text: string, clock: Clock): Pick<NutUpsOptions, "ups" | "open"> {
  const address = parseUpsAddress(text);
  if (address.ok) return { ups: address.value.ups, open: tcpChannel(address.value, clock) };
  return { ups: text, open: async () => err(coded("link.refused", address.error.message)) };
}
