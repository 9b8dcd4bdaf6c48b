import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { loadTrust } from "../../../drivers/chip-card-reader/authenticity/trust-folder.ts";
import { EMPTY_TRUST, type TrustStore } from "../../../drivers/chip-card-reader/authenticity/trust-store.ts";
import { PcscChipCardReader } from "../../../drivers/chip-card-reader/driver.ts";
import type { ChipCardReader } from "../../../drivers/chip-card-reader/interface.ts";
import { PcscTerminal } from "../../../drivers/chip-card-reader/pcsc/terminal.ts";
import type { DeviceOptions } from "../devices.ts";

/** As a port: whichever reader PC/SC has. Anything else is how the name of the reader begins. */
const ANY_READER = "*";

/** A reader behind PC/SC. Where PC/SC is missing it is there all the same, absent, with a condition that says so. */
export function pcscReader(options: DeviceOptions): ChipCardReader {
  const { id, port, trust = EMPTY_TRUST, clock, log } = options;
  const terminal = new PcscTerminal({ ...(port === ANY_READER ? {} : { reader: port }), clock });
  return new PcscChipCardReader({ id, terminal, trust, clock, log });
}

/**
 * The country signing authorities in the folder or file that the configuration names for `device`.
 *
 * @returns an error where there is none, or a file that is no certificate: with fewer authorities than it looks, true documents fail.
 */
export function trustOf(device: string, path: string): Result<TrustStore, CodedError<"runtime.trust-unusable">> {
  const loaded = loadTrust(path);
  if (!loaded.ok) return err(coded("runtime.trust-unusable", `${device}: trust: ${loaded.error}`));
  if (loaded.value.size > 0) return ok(loaded.value);
  const none = `${device}: trust: ${path}: no certificate of a country signing authority in it`;
  return err(coded("runtime.trust-unusable", none));
}
