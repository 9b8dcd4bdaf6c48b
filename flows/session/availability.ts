import type { Locale, ServiceCard, Text } from "../../base/contracts/view.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { common } from "../texts/common.ts";
import type { Availability } from "./interface.ts";

/** Why a service cannot be given now, as the key of the library's text; `undefined` when it can. */
function missing(service: CompiledService, { devices, institutions }: Availability): string | undefined {
  for (const device of service.requires) if (!devices.has(device)) return device;
  return institutions.has(service.institution) ? undefined : "institution";
}

export function isAvailable(service: CompiledService, availability: Availability): boolean {
  return !availability.closed && missing(service, availability) === undefined;
}

/** A service that cannot be given stays on the menu, with the reason and where to go. */
export function cardOf(service: CompiledService, availability: Availability, locale: Locale): ServiceCard {
  const reason = missing(service, availability);
  const unavailable: Text | undefined =
    reason === undefined ? undefined : common(locale).say(`unavailable-reason.${reason}`);
  return { ...service.card(locale), ...(unavailable === undefined ? {} : { unavailable }) };
}
