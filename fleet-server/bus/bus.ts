import { type Kysely, sql } from "kysely";
import { z } from "zod";
import { parseJson } from "../../base/json.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { Bus, BusMessage } from "./interface.ts";

/** Hears what is notified on a channel, until it is closed. */
export interface Listening {
  close(): Promise<void>;
}

export type StartListening = (
  channel: string,
  heard: (payload: string) => void,
  /** The line was down for a while: what was notified meanwhile was not heard. */
  missed: () => void,
) => Promise<Listening>;

const CHANNEL = "ventanilla_fleet";

/** PostgreSQL takes payloads below 8000 bytes. */
const MAX_PAYLOAD = 7_900;

const ids = z.array(z.string());
const messageSchema = z.discriminatedUnion("topic", [
  z.strictObject({ topic: z.literal("kiosks"), kiosks: ids }),
  z.strictObject({ topic: z.literal("command"), kiosk: z.string(), command: z.string() }),
  z.strictObject({ topic: z.literal("desired"), kiosks: ids }),
  z.strictObject({ topic: z.literal("revoked"), kiosk: z.string() }),
  z.strictObject({ topic: z.literal("rollouts") }),
  z.strictObject({ topic: z.literal("enrolments") }),
  z.strictObject({ topic: z.literal("targets") }),
]);

/** The bus on the database's LISTEN and NOTIFY; `listen` is how this driver hears. */
export async function openBus(db: Kysely<FleetDatabase>, listen: StartListening): Promise<Bus> {
  const listeners = new Set<(message: BusMessage) => void>();
  const tell = (message: BusMessage) => {
    for (const listener of [...listeners]) listener(message);
  };
  const listening = await listen(
    CHANNEL,
    (payload) => {
      const message = messageSchema.safeParse(parseJson(payload));
      // Another instance may be newer and speak of what this one does not know.
      if (message.success) tell(message.data);
    },
    () => tell({ topic: "missed" }),
  );
  return {
    async publish(message, within) {
      const payloads = payloadsOf(message);
      if (payloads.length === 0) return;
      await sql`select pg_notify(${CHANNEL}, payload) from json_array_elements_text(${JSON.stringify(payloads)}::json) payload`.execute(
        within ?? db,
      );
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      await listening.close();
    },
  };
}

/** The message as texts that each fit into a notification; none when it names no kiosk. */
export function payloadsOf(message: BusMessage): string[] {
  if (message.topic !== "kiosks" && message.topic !== "desired") return [JSON.stringify(message)];
  const { topic, kiosks } = message;
  const room = MAX_PAYLOAD - JSON.stringify({ topic, kiosks: [] }).length;
  const parts: string[][] = [];
  let left = 0;
  for (const kiosk of new Set(kiosks)) {
    const size = Buffer.byteLength(JSON.stringify(kiosk)) + 1;
    if (size > left || parts.length === 0) {
      parts.push([]);
      left = room;
    }
    parts.at(-1)?.push(kiosk);
    left -= size;
  }
  return parts.map((part) => JSON.stringify({ topic, kiosks: part }));
}
