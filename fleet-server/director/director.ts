import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
import { COMMAND_TYPE, commandClaimsSchema } from "../../base/contracts/fleet/command.ts";
import { DESIRED_TYPE } from "../../base/contracts/fleet/desired.ts";
import type { FleetContext } from "../context.ts";
import { json } from "../store/database.ts";
import type { FleetDatabase } from "../store/schema.ts";
import { readDesired } from "./desired-state.ts";
import type { DirectorKey } from "./director-key.ts";
import { Etags } from "./etags.ts";
import type { Director } from "./interface.ts";

/** NOTIFY carries 8000 bytes; an id has 63 at most. */
const KIOSKS_IN_MESSAGE = 100;

/** Says, signed with `key`, what each kiosk shall run and do. */
export function createDirector(context: FleetContext, key: DirectorKey): Director {
  const etags = new Etags(context);
  return {
    keys: [key.publicKey],
    etag: (kiosk) => etags.of(kiosk),
    desired: async (kiosk) => {
      const { etag, desired } = await readDesired(context, kiosk);
      return { etag, jws: await key.sign(desired, DESIRED_TYPE) };
    },
    send: (order, within) => send(context, key, order, within),
    changed: (kiosks, within) => changed(context, kiosks, within),
  };
}

async function send(
  context: FleetContext,
  key: DirectorKey,
  order: Parameters<Director["send"]>[0],
  within: Transaction<FleetDatabase>,
): Promise<{ readonly id: string }> {
  const { kiosk, command, by, reason, expiresIn } = order;
  const id = randomUUID();
  const now = context.clock.now();
  const iat = Math.floor(now / 1_000);
  const claims = { jti: id, aud: kiosk, iat, exp: iat + expiresIn, command, by, reason };
  const jws = await key.sign(commandClaimsSchema.parse(claims), COMMAND_TYPE);
  await grow([kiosk], within);
  await within
    .insertInto("command")
    .values({
      ...{ id, kiosk, command: json(command), jws, by, reason, state: "queued", code: null, message: null, logs: null },
      ...{ created_at: now, expires_at: claims.exp * 1_000, changed_at: now },
    })
    .execute();
  const details = { command: id, ...command, reason, expiresIn };
  await context.audit.append({ actor: by, action: "command.sent", subject: kiosk, details }, within);
  await context.bus.publish({ topic: "command", kiosk, command: id }, within);
  return { id };
}

async function changed(
  context: FleetContext,
  kiosks: readonly string[],
  within: Transaction<FleetDatabase>,
): Promise<void> {
  if (kiosks.length === 0) return;
  await grow(kiosks, within);
  for (let start = 0; start < kiosks.length; start += KIOSKS_IN_MESSAGE) {
    const some = kiosks.slice(start, start + KIOSKS_IN_MESSAGE);
    await context.bus.publish({ topic: "desired", kiosks: some }, within);
  }
}

/** Locked in the order of their ids, so that two transactions over the same kiosks do not wait for each other. */
async function grow(kiosks: readonly string[], within: Transaction<FleetDatabase>): Promise<void> {
  await sql`update kiosk set desired_revision = desired_revision + 1
    from (select id from kiosk where id = any(${[...kiosks]}::text[]) order by id for update) locked
    where kiosk.id = locked.id`.execute(within);
}
