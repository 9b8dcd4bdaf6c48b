import { silentLogger } from "../../../base/log.ts";
import { onStop } from "../../../base/node/stop.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ok } from "../../../base/result.ts";
import { loadSettings } from "../../../fleet-server/load-settings.ts";
import { makeParts } from "../../../fleet-server/parts.ts";
import { startServer } from "../../../fleet-server/server.ts";

/**
 * The fleet server, but for the one thing that it believes: a request is its key id's, whoever signed it. It tells what signatures
 * cost; it is for this benchmark alone.
 */
const settings = loadSettings(process.argv.slice(2), process.env);
if (!settings.ok) throw new Error(settings.error.message);
const server = await startServer({
  ...{ settings: settings.value, clock: systemClock, random: Math.random, log: silentLogger },
  makeParts: async (context) => {
    const parts = await makeParts(context);
    const rows = await context.db.selectFrom("certificate").select(["thumbprint", "kiosk"]).execute();
    const kiosks = new Map(rows.map(({ thumbprint, kiosk }) => [thumbprint, kiosk]));
    const authenticate: typeof parts.identity.authenticate = async ({ headers }) => {
      const thumbprint = /keyid="(\w+)"/.exec(headers["signature-input"] ?? "")?.[1] ?? "";
      return ok({ kiosk: kiosks.get(thumbprint) ?? "", thumbprint, mutualTls: true });
    };
    return { ...parts, identity: { ...parts.identity, authenticate } };
  },
});
process.stdout.write(`fleet ${server.console}\n`);
onStop(() => void server.stop().then(() => process.exit(0)));
