import type { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { delays } from "../../base/schedule.ts";
import type { StartListening } from "./bus.ts";

const RECONNECT = { first: 100, factor: 2, cap: 5_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.5 };
const CONNECT_TIMEOUT = 5_000;

/** Listens inside the embedded database, whose only user is this process. */
export function listenEmbedded(embedded: PGlite): StartListening {
  return async (channel, heard) => {
    const unlisten = await embedded.listen(channel, heard);
    return {
      close: async () => {
        if (!embedded.closed) await unlisten();
      },
    };
  };
}

/**
 * Listens by one connection of its own, which is made anew with growing pauses whenever it ends.
 *
 * @throws what the first connection failed with: a server that cannot listen must not start.
 */
export function listenServer(options: {
  readonly url: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}): StartListening {
  return async (channel, heard, missed) => {
    const { clock, log } = options;
    const closing = new AbortController();
    let client: pg.Client | undefined;

    const connect = async () => {
      const next = new pg.Client({
        connectionString: options.url,
        keepAlive: true,
        connectionTimeoutMillis: CONNECT_TIMEOUT,
      });
      let failed = false;
      const lost = () => {
        if (failed) return;
        failed = true;
        if (client === next) void reconnect();
      };
      next.on("error", lost);
      next.on("end", lost);
      next.on("notification", ({ payload }) => heard(payload ?? ""));
      try {
        await next.connect();
        await next.query(`listen ${channel}`);
      } catch (problem) {
        failed = true;
        next.end().catch(() => undefined);
        throw problem;
      }
      if (failed) throw new Error("the connection ended at once");
      client = next;
    };

    const reconnect = async () => {
      client = undefined;
      log("fleet.bus", { state: "lost" });
      for (const delay of delays(RECONNECT, options.random)) {
        if (!(await pause(clock, delay, closing.signal))) return;
        const cause = await connect().then(
          () => undefined,
          (problem: unknown) => (problem instanceof Error ? problem.name : "unknown"),
        );
        if (closing.signal.aborted) return void (await end());
        if (cause === undefined) {
          log("fleet.bus", { state: "connected" });
          missed();
          return;
        }
        log("fleet.bus", { state: "away", cause });
      }
    };

    const end = async () => {
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    };

    await connect();
    return {
      close: async () => {
        closing.abort();
        await end();
      },
    };
  };
}
