import { DEVICE_KINDS } from "../../base/contracts/device-status.ts";
import { type Observable, Subject, sameSet, type Unsubscribe } from "../../base/observable.ts";
import type { Availability } from "../../flows/session/interface.ts";
import { allDevices, type DeviceSet, serving } from "./serving.ts";

export type AvailabilitySources = {
  readonly devices: DeviceSet;
  readonly institutions: Observable<ReadonlySet<string>>;
  /** Submissions that may wait for the gateway. */
  readonly waitable: Observable<ReadonlySet<string>>;
  /** Reasons for which no new sale may be begun. */
  readonly held: readonly Observable<boolean>[];
  /** Reasons for which nobody is served. */
  readonly closed: readonly Observable<boolean>[];
};

/** What services may count on, kept up to date from devices, gateway and settlement. */
export function watchAvailability(sources: AvailabilitySources): {
  readonly availability: Observable<Availability>;
  readonly stop: Unsubscribe;
} {
  const availability = new Subject(combine(sources), same);
  const update = () => availability.set(combine(sources));
  const subscriptions = [
    ...allDevices(sources.devices).map(({ status }) => status.subscribe(update)),
    sources.institutions.subscribe(update),
    sources.waitable.subscribe(update),
    ...[...sources.held, ...sources.closed].map((reason) => reason.subscribe(update)),
  ];
  return {
    availability,
    stop: () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    },
  };
}

function combine({ devices, institutions, waitable, held, closed }: AvailabilitySources): Availability {
  const kinds = DEVICE_KINDS.filter((kind) => serving(devices, kind) !== undefined);
  const noSale = held.some(({ value }) => value);
  return {
    devices: new Set(noSale ? kinds.filter((kind) => kind !== "payment-terminal") : kinds),
    institutions: institutions.value,
    waitable: waitable.value,
    closed: closed.some(({ value }) => value),
  };
}

function same(a: Availability, b: Availability): boolean {
  return (
    a.closed === b.closed &&
    sameSet(a.devices, b.devices) &&
    sameSet(a.institutions, b.institutions) &&
    sameSet(a.waitable, b.waitable)
  );
}
