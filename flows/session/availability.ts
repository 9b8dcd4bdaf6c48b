import type { Locale, ServiceCard, Text } from "../../base/contracts/view.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { FAR_WAYS, type FarWay } from "../engine/context.ts";
import { common } from "../texts/common.ts";
import type { Availability } from "./interface.ts";

/** Whether what the citizen asks for would wait on the kiosk: the institution is away, and the service is made for that. */
function waits(service: CompiledService, { institutions, waitable }: Availability): boolean {
  const { offLine, institution } = service;
  return !institutions.has(institution) && offLine !== undefined && [...offLine].every((one) => waitable.has(one));
}

/** Whether the service cannot be given because its institution is away. */
export function awayFor(service: CompiledService, availability: Availability): boolean {
  return !availability.institutions.has(service.institution) && !waits(service, availability);
}

/** The signing service, as the gateway calls it. */
export const SIGNING = "firmagob";

/** Whether the service has something signed and nobody could seal it: then nobody begins. */
export function signingAway({ definition }: CompiledService, { institutions }: Availability): boolean {
  return !institutions.has(SIGNING) && definition.steps.some(({ kind }) => kind === "sign");
}

/** Why a service cannot be given now, as the key of the library's text; `undefined` when it can. */
function missing(service: CompiledService, availability: Availability): string | undefined {
  for (const device of service.requires) if (!availability.devices.has(device)) return device;
  if (awayFor(service, availability)) return "institution";
  const away = awayOf(availability).find((way) => service.needsWays.has(way));
  if (away !== undefined) return away;
  return signingAway(service, availability) ? "signing" : undefined;
}

export function isAvailable(service: CompiledService, availability: Availability): boolean {
  return !availability.closed && missing(service, availability) === undefined;
}

/** Whether what `way` needs is there: who must answer, as the gateway calls them, or a device. */
const IS_THERE: { readonly [W in FarWay]: (now: Availability) => boolean } = {
  "clave-unica": ({ institutions }) => institutions.has("claveunica"),
  finger: ({ institutions }) => institutions.has("fingerprint"),
  scanner: ({ devices }) => devices.has("document-scanner"),
};

/** What cannot be offered now. */
export function awayOf(now: Availability): FarWay[] {
  return FAR_WAYS.filter((way) => !IS_THERE[way](now));
}

/** A service that cannot be given stays on the menu, with the reason and where to go; one that will wait says so. */
export function cardOf(service: CompiledService, availability: Availability, locale: Locale): ServiceCard {
  const reason = missing(service, availability);
  const { say } = common(locale);
  if (reason !== undefined) {
    const unavailable: Text = say(`unavailable-reason.${reason}`);
    return { ...service.card(locale), unavailable };
  }
  return waits(service, availability)
    ? { ...service.card(locale), notice: say("services.sent-later") }
    : service.card(locale);
}
