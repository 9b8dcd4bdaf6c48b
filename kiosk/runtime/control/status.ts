import type { Obstacle, RuntimeStatus } from "../../../base/contracts/runtime-control.ts";
import { type Observable, Subject, sameData, type Unsubscribe } from "../../../base/observable.ts";
import type { CompiledService } from "../../../flows/compiler/compiled.ts";
import { awayFor, SIGNING, signingAway } from "../../../flows/session/availability.ts";
import type { Availability } from "../../../flows/session/interface.ts";
import type { StorageWatch } from "../journal/storage.ts";
import type { OutboxStatus } from "../outbox/outbox.ts";
import type { Power } from "../power.ts";
import { allDevices, type DeviceSet } from "../serving.ts";
import type { KioskMode } from "./mode.ts";

/** What the status is made of; each changes by itself. */
export type StatusSources = {
  readonly kiosk: string;
  readonly version: string;
  readonly boot: string;
  readonly startedAt: number;
  readonly devices: DeviceSet;
  readonly mode: KioskMode;
  readonly serving: Observable<boolean>;
  /** Citizens are turned away until earlier effects are settled. */
  readonly settling: Observable<boolean>;
  /** A service door is open. */
  readonly doorOpen: Observable<boolean>;
  readonly power: Pick<Power, "held" | "ending">;
  readonly storage: Pick<StorageWatch, "fault" | "quarantined">;
  readonly availability: Observable<Availability>;
  readonly institutions: Observable<Readonly<Record<string, boolean>>>;
  readonly gatewayReachable: Observable<boolean>;
  readonly services: Observable<readonly CompiledService[]>;
  /** Version by service id, of services that came as packages. */
  readonly versions: Observable<Readonly<Record<string, string>>>;
  readonly shells: Observable<number>;
  readonly incidentsWaiting: Observable<number>;
  readonly outbox: Observable<OutboxStatus>;
};

/** The status without the memory, which changes with every breath. */
type SteadyStatus = Omit<RuntimeStatus, "memory">;

/** Keeps the status of the runtime up to date for whoever watches it. */
export function watchStatus(sources: StatusSources): {
  readonly status: Observable<SteadyStatus>;
  readonly stop: Unsubscribe;
} {
  const status = new Subject(statusOf(sources), sameData);
  const update = () => status.set(statusOf(sources));
  const { mode, serving, settling, doorOpen, power, storage, availability, institutions, gatewayReachable } = sources;
  const { services, versions, shells, incidentsWaiting, outbox } = sources;
  const subscriptions = [
    ...allDevices(sources.devices).map((device) => device.status.subscribe(update)),
    ...[mode.observable, serving, settling, doorOpen, power.held, power.ending, availability].map(follow),
    ...[storage.fault, storage.quarantined].map(follow),
    ...[institutions, gatewayReachable, services, versions, shells, incidentsWaiting, outbox].map(follow),
  ];
  function follow(source: Observable<unknown>): Unsubscribe {
    return source.subscribe(update);
  }
  return {
    status,
    stop: () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    },
  };
}

function statusOf(sources: StatusSources): SteadyStatus {
  const { mode, power, storage, availability, services, versions } = sources;
  const closed: Obstacle[] = [];
  if (mode.value !== "in-service") closed.push({ kind: "mode", mode: mode.value });
  if (sources.settling.value) closed.push({ kind: "settling" });
  if (sources.doorOpen.value) closed.push({ kind: "door" });
  if (power.ending.value) closed.push({ kind: "power" });
  if (storage.fault.value !== undefined) closed.push({ kind: "storage", fault: storage.fault.value });
  const noPayment: Obstacle | undefined = storage.quarantined.value
    ? { kind: "storage", fault: "damaged" }
    : power.held.value
      ? { kind: "power" }
      : undefined;
  return {
    kiosk: sources.kiosk,
    version: sources.version,
    boot: sources.boot,
    startedAt: sources.startedAt,
    mode: mode.value,
    serving: sources.serving.value,
    closed,
    shells: sources.shells.value,
    devices: allDevices(sources.devices).map(({ status }) => status.value),
    institutions: { ...sources.institutions.value },
    gatewayReachable: sources.gatewayReachable.value,
    services: services.value.map((service) => {
      const obstacles = obstaclesOf(service, availability.value, noPayment);
      const available = obstacles.length === 0 && !availability.value.closed;
      return { id: service.id, version: versions.value[service.id] ?? "built-in", available, obstacles };
    }),
    incidentsWaiting: sources.incidentsWaiting.value,
    outbox: { ...sources.outbox.value },
  };
}

function obstaclesOf(
  service: CompiledService,
  availability: Availability,
  /** Why the terminal is held, where that is not for an earlier charge. */
  noPayment: Obstacle | undefined,
): Obstacle[] {
  const { requires, institution, offLine } = service;
  const { devices } = availability;
  const away = awayFor(service, availability);
  const missing = [...requires].filter((kind) => !devices.has(kind));
  return [
    ...missing.map(
      (device): Obstacle =>
        noPayment !== undefined && device === "payment-terminal" ? noPayment : { kind: "device", device },
    ),
    ...(away ? [{ kind: "institution" as const, institution }] : []),
    ...(signingAway(service, availability) ? [{ kind: "institution" as const, institution: SIGNING }] : []),
    // It would work without the network, and has no room or no key for it.
    ...(away && offLine !== undefined ? [{ kind: "outbox" as const }] : []),
  ];
}
