import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { replaceFile } from "../base/node/replace-file.ts";
import { createFleet, type FleetParts } from "./app.ts";
import { createAudit } from "./audit/audit.ts";
import { openBus } from "./bus/bus.ts";
import { listenEmbedded, listenServer } from "./bus/listen.ts";
import type { FleetContext } from "./context.ts";
import type { Settings } from "./settings.ts";
import { openDatabase } from "./store/database.ts";
import { migrate } from "./store/migrate.ts";

export type ServerOptions = {
  readonly settings: Settings;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Makes the other parts, once there is a database to make them on. */
  readonly makeParts: (context: FleetContext) => Promise<FleetParts>;
};

export type RunningServer = {
  /** Addresses, e.g. `http://127.0.0.1:4200`. */
  readonly console: string;
  readonly devices: string;
  readonly context: FleetContext;
  stop(): Promise<void>;
};

/**
 * Starts one instance: opens and migrates the database, joins the bus, and listens. Resolves when it serves.
 *
 * @throws when the database, a key or a port cannot be had; nothing stays open then.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { settings, clock, random, log } = options;
  const endings: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const database = await openDatabase({
      url: settings.database,
      directory: join(settings.stateDirectory, "database"),
    });
    endings.push(() => database.close());
    await migrate(database.db);
    const listening =
      database.embedded !== undefined
        ? listenEmbedded(database.embedded)
        : listenServer({ url: settings.database ?? "", clock, random, log });
    const bus = await openBus(database.db, listening);
    endings.push(() => bus.close());
    const context: FleetContext = {
      ...{ settings, db: database.db, bus, clock, random, log },
      instance: `${hostname()}/${randomUUID()}`,
      audit: createAudit(clock),
    };
    const fleet = await createFleet(context, await options.makeParts(context));
    endings.push(() => fleet.stop());
    const addresses = await fleet.listen();
    if (settings.addressFile !== undefined) replaceFile(settings.addressFile, `${addresses.devices}\n`, 0o644);
    return { ...addresses, context, stop };
  } catch (problem) {
    await stop();
    throw problem;
  }
}
