import { randomUUID } from "node:crypto";
import type { Clock } from "../../../base/clock.ts";
import type { Logger } from "../../../base/log.ts";
import { type Observable, Subject, sameData } from "../../../base/observable.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { CompiledService } from "../../../flows/compiler/compiled.ts";
import type { Availability } from "../../../flows/session/interface.ts";
import type { ReplaceableSession } from "../../../flows/session/replaceable.ts";
import type { InstitutionWatch } from "../gateway/health.ts";
import type { Journal } from "../journal/journal.ts";
import type { StorageWatch } from "../journal/storage.ts";
import type { Leases } from "../leases.ts";
import type { OutboxStatus } from "../outbox/outbox.ts";
import type { ServiceShelf } from "../packages/shelf.ts";
import type { Power } from "../power.ts";
import type { DeviceSet } from "../serving.ts";
import { resetDevice, testDevice } from "./device-test.ts";
import type { KioskMode } from "./mode.ts";
import type { Control } from "./server.ts";
import { watchStatus } from "./status.ts";

export type ControlParts = {
  readonly kiosk: string;
  readonly place: string;
  readonly version: string;
  readonly devices: DeviceSet;
  readonly leases: Leases;
  readonly mode: KioskMode;
  readonly session: ReplaceableSession;
  readonly settling: Observable<boolean>;
  readonly doorOpen: Observable<boolean>;
  readonly power: Power;
  readonly storage: StorageWatch;
  readonly availability: Observable<Availability>;
  readonly watch: InstitutionWatch;
  readonly outbox: Observable<OutboxStatus>;
  readonly shells: Observable<number>;
  readonly journal: Journal;
  readonly loadServices: (directory: string) => Promise<Result<readonly CompiledService[], CodedError>>;
  readonly shelf: ServiceShelf;
  readonly clock: Clock;
  readonly log: Logger;
};

/** What the fleet agent and the technician's tool may do with this runtime. */
export function createControl(parts: ControlParts): {
  readonly control: Control;
  /** Offers what is on the shelf now, from the next citizen on. */
  readonly offer: () => void;
  readonly stop: () => void;
} {
  const { devices, mode, session, watch, journal, shelf, clock, log } = parts;
  const versions = new Subject<Readonly<Record<string, string>>>(shelf.offered.versions, sameData);
  const { status, stop } = watchStatus({
    ...parts,
    boot: randomUUID(),
    startedAt: clock.now(),
    serving: session.serving,
    institutions: watch.institutions,
    gatewayReachable: watch.gatewayReachable,
    services: session.services,
    versions,
    incidentsWaiting: journal.incidents.waiting,
  });
  /** Told as offered only when they are: with the citizen who is served now, the old ones still stand. */
  const offer = () => {
    const { services, versions: given } = shelf.offered;
    const unsubscribe = session.services.subscribe(() => {
      unsubscribe();
      versions.set(given);
    });
    session.replace(services);
  };
  let requests = 0;
  const context = (signal: AbortSignal) => ({
    ...{
      devices,
      leases: parts.leases,
      holder: `control-${++requests}`,
      kiosk: parts.kiosk,
      place: parts.place,
      now: clock.now(),
      log,
      signal,
    },
  });
  const control: Control = {
    status,
    setMode(wanted) {
      if (mode.value === wanted) return;
      log("runtime.mode", { mode: wanted });
      mode.set(wanted);
    },
    testDevice: (device, test, signal) => testDevice(device, test, context(signal)),
    resetDevice: (device, signal) => resetDevice(device, context(signal)),
    async loadServices({ directory, versions: given }) {
      const loaded = await parts.loadServices(directory);
      if (!loaded.ok) return loaded;
      const packages = Object.entries(given).map(([service, version]) => `${service} ${version}`);
      log("runtime.services", { services: loaded.value.length, packages: packages.join(", ") });
      shelf.setBase({ services: loaded.value, versions: given });
      offer();
      return ok();
    },
    async installPackage(file) {
      const installed = await shelf.install(file);
      if (installed.ok) offer();
      return installed;
    },
    journeys: (after, limit) =>
      parts.storage.isStandIn ? undefined : { journal: journal.identity, journeys: journal.ended(after, limit) },
  };
  return { control, offer, stop };
}
