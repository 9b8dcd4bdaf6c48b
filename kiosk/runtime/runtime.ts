import { randomBytes } from "node:crypto";
import { constants, lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { Subject } from "../../base/observable.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { supervise } from "../../drivers/supervision/supervise.ts";
import type { CompiledService } from "../../flows/compiler/compiled.ts";
import type { JourneyPorts } from "../../flows/engine/ports.ts";
import type { PackageStore } from "../../flows/node/package-store.ts";
import type { Session, SessionOptions } from "../../flows/session/interface.ts";
import { createReplaceableSession } from "../../flows/session/replaceable.ts";
import { papersSocketOf } from "../contract/messages.ts";
import { watchAvailability } from "./availability.ts";
import type { Config } from "./config/schema.ts";
import { createControl } from "./control/control.ts";
import { KioskMode } from "./control/mode.ts";
import { type Control, startControlServer } from "./control/server.ts";
import { createDevices, type DeviceFactories } from "./devices.ts";
import type { EffectContext } from "./effects/context.ts";
import { IncidentDelivery } from "./effects/incident-delivery.ts";
import { EffectRunner } from "./effects/runner.ts";
import { Settlement } from "./effects/settlement.ts";
import { forgetAfterCitizen } from "./forgetting.ts";
import type { GatewayClient } from "./gateway/client.ts";
import { InstitutionWatch } from "./gateway/health.ts";
import { logHeadphones } from "./headphones.ts";
import { showStatus, watchDoors, watchPresence } from "./io.ts";
import { newJourneyId } from "./journal/journey-id.ts";
import { openJournalOnAnyDisk } from "./journal/open.ts";
import { StorageWatch } from "./journal/storage.ts";
import { createJourneyPorts } from "./journey-ports.ts";
import { Leases } from "./leases.ts";
import { Outbox } from "./outbox/outbox.ts";
import { ServiceShelf } from "./packages/shelf.ts";
import { Papers } from "./papers.ts";
import { watchPower } from "./power.ts";
import { allDevices } from "./serving.ts";
import { readBundle } from "./view/bundle.ts";
import { startViewServer, type ViewServer } from "./view/http-server.ts";
import { ViewHub } from "./view/hub.ts";
import { startPapersServer } from "./view/papers-server.ts";
import { startUnixServer } from "./view/unix-server.ts";

export type RuntimeOptions = {
  readonly config: Config;
  readonly version: string;
  readonly factories: DeviceFactories;
  readonly gateway: GatewayClient;
  readonly services: readonly CompiledService[];
  /** Service packages that were installed at this kiosk. */
  readonly packages: PackageStore;
  /** Loads and checks the services of a directory, for packages that come while the kiosk runs. */
  readonly loadServices: (directory: string) => Promise<Result<readonly CompiledService[], CodedError>>;
  readonly createSession: (options: SessionOptions) => Session;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Told of an error that nothing expects. The process must end: its supervisor starts it again, and the journal goes on. */
  readonly onDefect: (where: string, error: unknown) => void;
  /** Wipes the memory of what is no longer used; called after each citizen. */
  readonly forget: () => void;
  /** Told once, when the battery ends: the process must stop the runtime and end. */
  readonly onPowerEnds: () => void;
  /** Told when the journal must be opened anew, and can be: the runtime must be stopped and started again. */
  readonly onStorageBack: () => void;
};

export type Runtime = {
  /** Loopback port of the view. */
  readonly port: number;
  /** This boot's token for the view; the same after a restart where `view.tokenFile` is on a file system that goes with the boot. */
  readonly token: string;
  /** Resolves when every journey that was unsettled at the start is settled. */
  readonly reconciled: Promise<void>;
  /** Takes no more citizens, lets effects under way end within a bound, closes devices and journal. */
  stop(): Promise<void>;
};

/** How long effects under way may take to end when the runtime is told to stop; what is left the next start settles. */
const FINISH_WITHIN = 20_000;
const CLOSE_WITHIN = 5_000;
/** Settled journeys are kept this long for questions of staff; they hold no personal data. */
const KEEP_JOURNEYS = 30 * 24 * 3_600_000;

/** Puts a kiosk together and starts it: the only place where drivers, gateway, journal, journeys and views meet. */
export async function startRuntime(options: RuntimeOptions): Promise<Result<Runtime, readonly CodedError[]>> {
  const { config, clock, random, log, gateway } = options;
  const devices = createDevices(config.devices, options.factories, { clock, log, random });
  if (!devices.ok) return devices;
  const opened = openJournalOnAnyDisk({ directory: config.data, kiosk: config.kiosk.id, clock, log });
  if (!opened.ok) return err([opened.error]);
  const { journal, fault } = opened.value;
  const tryToWrite = () => journal.tryToWrite();
  const onBack = options.onStorageBack;
  const storage = new StorageWatch({ directory: config.data, fault, tryToWrite, onBack, clock, log });
  storage.start();
  storage.guards(() => journal.prune(clock.now() - KEEP_JOURNEYS));

  const shelf = new ServiceShelf({ store: options.packages, services: options.services, log });
  const unproved = await shelf.load();

  const leases = new Leases(clock);
  const papers = new Papers();
  const context: EffectContext = { journal, devices: devices.value, leases, papers, gateway, clock, log };
  const stopping = new Subject(false);
  const mode = new KioskMode(config.data);
  let ended = false;
  // What outlives its bound at a stop meets a closed journal: that is no defect, the next start settles it.
  const defect = (where: string) => (error: unknown) => ended || options.onDefect(where, error);
  const runner = new EffectRunner(defect("effect"));
  const settlement = new Settlement(context, runner, defect("settlement"));
  const delivery = new IncidentDelivery(context, random);
  const watch = new InstitutionWatch(gateway, clock, log);
  const outbox = new Outbox({
    ...{ journal, gateway, gatewayReachable: watch.gatewayReachable, kiosk: config.kiosk.id, clock, random, log },
    defect: defect("outbox"),
  });
  const power = watchPower(devices.value.ups, clock, log);
  power.ending.subscribe(() => options.onPowerEnds());
  const stopHeadphones = logHeadphones(devices.value.keypad, log);
  const doors = watchDoors(devices.value["io-board"], log);
  for (const device of allDevices(devices.value)) device.start();
  const stopSupervision = supervise(allDevices(devices.value), {
    ...{ clock, random, log },
    reset: (device) => leases.withLease({ device, holder: "supervision", between: true }, () => device.reset()),
  });
  settlement.reconcile();
  const { availability, stop: stopAvailability } = watchAvailability({
    devices: devices.value,
    institutions: watch.reachable,
    waitable: outbox.waitable,
    held: [settlement.held, power.held, storage.quarantined],
    closed: [settlement.closed, stopping, mode.closed, doors.open, power.ending, storage.closed],
  });

  let current: string | undefined;
  const openJourney = (service: string): JourneyPorts => {
    const journey = newJourneyId(clock.now());
    journal.openJourney(journey, service);
    current = journey;
    return createJourneyPorts(journey, { context, runner, settlement, outbox, onBattery: power.held });
  };
  const session = createReplaceableSession(options.createSession, {
    services: shelf.offered.services,
    openJourney,
    availability,
    clock,
    site: { kiosk: config.kiosk.id, place: config.kiosk.place, demo: config.kiosk.demo },
    locales: config.locales,
    settings: milliseconds(config.timeouts),
    log,
  });
  const stopPresence = watchPresence({
    boards: devices.value["io-board"],
    serving: session.serving,
    onAway: () => session.away(),
    awayAfter: config.timeouts.away * 1000,
    clock,
  });
  const stopForgetting = forgetAfterCitizen(session.serving, options.forget, clock);
  const lights = showStatus({ ...session, boards: devices.value["io-board"], clock });
  const hub = new ViewHub({
    view: session.view,
    send: (intent) => {
      if (current !== undefined && journal.journey(current) === undefined) current = undefined;
      return storage.guards(() => journal.event(current, "intent", intent.type)) && session.send(intent);
    },
    kiosk: { id: config.kiosk.id, place: config.kiosk.place },
    screenWidth: config.kiosk.screenWidth,
    clock,
    log,
  });

  const {
    control,
    offer,
    stop: stopControl,
  } = createControl({
    kiosk: config.kiosk.id,
    place: config.kiosk.place,
    version: options.version,
    devices: devices.value,
    leases,
    mode,
    session,
    settling: settlement.closed,
    doorOpen: doors.open,
    power,
    storage,
    availability,
    watch,
    outbox: outbox.status,
    shells: hub.clients,
    journal,
    loadServices: options.loadServices,
    shelf,
    clock,
    log,
  });
  const close = async (servers: readonly { readonly stop: () => Promise<void> }[]) => {
    stopping.set(true);
    stopPresence();
    stopForgetting();
    await session.stop();
    await within(clock, FINISH_WITHIN, runner.idle());
    papers.destroyAll();
    hub.close();
    stopControl();
    stopSupervision();
    stopAvailability();
    power.stop();
    storage.stop();
    doors.stop();
    stopHeadphones();
    await within(
      clock,
      CLOSE_WITHIN,
      Promise.all([
        settlement.stop(),
        delivery.stop(),
        outbox.stop(),
        watch.stop(),
        ...servers.map((server) => server.stop()),
      ]),
    );
    await within(clock, CLOSE_WITHIN, lights.stop());
    await within(clock, CLOSE_WITHIN, Promise.all(allDevices(devices.value).map((device) => device.stop())));
    await gateway.close();
    ended = true;
    journal.close();
  };

  const token = keptToken(config.view.tokenFile) ?? randomBytes(32).toString("base64url");
  const health = () => ({
    part: "runtime",
    version: options.version,
    kiosk: config.kiosk.id,
    devices: allDevices(devices.value).map(({ status }) => status.value),
    institutions: [...availability.value.institutions],
    closed: availability.value.closed,
    doorOpen: doors.open.value,
    terminalHeld: settlement.held.value,
    power: power.advice.value,
    storage: storage.fault.value ?? "ok",
    journalQuarantined: storage.quarantined.value,
    serving: session.serving.value,
    shells: hub.clients.value,
    incidentsWaiting: journal.incidents.waiting.value,
    outbox: outbox.status.value,
    memory: process.memoryUsage.rss(),
  });
  const servers = await startServers(options, hub, control, papers, token, health);
  if (!servers.ok) {
    await close([]);
    return servers;
  }
  watch.start();
  delivery.start();
  outbox.start();
  if (unproved) shelf.proveRest().then((more) => !ended && more && offer(), defect("packages"));
  return ok({
    port: servers.value.view.port,
    token,
    reconciled: settlement.settled(),
    stop: () => close(servers.value.all),
  });
}

async function startServers(
  { config, clock, log }: RuntimeOptions,
  hub: ViewHub,
  control: Control,
  papers: Papers,
  token: string,
  health: () => unknown,
): Promise<Result<{ view: ViewServer; all: { readonly stop: () => Promise<void> }[] }, CodedError[]>> {
  const { port, openPage, socket, bundle, tokenFile } = config.view;
  const controlSocket = config.control?.socket;
  if (tokenFile !== undefined) {
    const written = writeToken(tokenFile, token);
    if (!written.ok) return err([written.error]);
  }
  const paper = (sha256: string) => papers.shown(sha256);
  const view = await startViewServer({
    ...{ hub, bundle: readBundle(bundle), port, token, openPage, health, clock, log },
    paper,
  });
  if (!view.ok) return err([view.error]);
  const all: { readonly stop: () => Promise<void> }[] = [view.value];
  const sockets = [
    ...(socket === undefined
      ? []
      : [
          () => startUnixServer({ hub, path: socket, clock, log }),
          () => startPapersServer({ path: papersSocketOf(socket), paper }),
        ]),
    ...(controlSocket === undefined ? [] : [() => startControlServer({ control, path: controlSocket, clock })]),
  ];
  for (const start of sockets) {
    const started = await start();
    if (started.ok) {
      all.push(started.value);
      continue;
    }
    for (const server of all) await server.stop();
    return err([started.error]);
  }
  return ok({ view: view.value, all });
}

/** The token that an earlier process of this boot left: shells that are open stay connected when the runtime starts again. */
function keptToken(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    const { mode, uid } = lstatSync(file);
    // Only a regular file that nobody else could write or read holds a secret.
    if (mode !== (constants.S_IFREG | 0o600) || uid !== process.getuid?.()) return undefined;
    return /^([\w-]{43})\n$/.exec(readFileSync(file, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

function writeToken(file: string, token: string): Result<void, CodedError<"runtime.port-refused">> {
  try {
    // Made anew: what lies there may have other rights.
    rmSync(file, { force: true });
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: "wx" });
    return ok();
  } catch (error) {
    return err(coded("runtime.port-refused", `${file}: ${error instanceof Error ? error.message : error}`));
  }
}

function milliseconds({ idle, grace, finish }: Config["timeouts"]) {
  return { idle: idle * 1000, grace: grace * 1000, finish: finish * 1000 };
}

/** Waits for `work`, but not for ever: a kiosk that is told to stop stops. */
async function within(clock: Clock, limit: number, work: Promise<unknown>): Promise<void> {
  const ended = new AbortController();
  await Promise.race([work, pause(clock, limit, ended.signal)]);
  ended.abort();
}
