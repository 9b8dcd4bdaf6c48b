import type { Timer } from "../../base/clock.ts";
import { replaceFile } from "../../base/node/replace-file.ts";
import type { FleetContext } from "../context.ts";
import type { Identity } from "./interface.ts";

/** A list lives for a week; a gateway that reads it must never hold one that is over. Milliseconds. */
const EVERY = 3_600_000;

/**
 * Keeps the revocation list (PEM) in a file, for gateways and proxies that trust the fleet's CA: written at the start, with every
 * revocation, and every hour.
 */
export async function keepRevocationFile(
  { bus, clock, log }: Pick<FleetContext, "bus" | "clock" | "log">,
  identity: Pick<Identity, "revocationList">,
  file: string,
): Promise<{ stop(): void }> {
  let timer: Timer | undefined;
  let writing = Promise.resolve();
  let stopped = false;
  const write = async () => {
    if (!stopped) replaceFile(file, (await identity.revocationList()).pem, 0o644);
  };
  const soon = () => {
    writing = writing.then(write).catch(() => log("identity.revocation-file", { file }));
    timer?.cancel();
    if (!stopped) timer = clock.setTimeout(soon, EVERY);
  };
  await write();
  timer = clock.setTimeout(soon, EVERY);
  const unsubscribe = bus.subscribe((message) => {
    if (message.topic === "revoked") soon();
  });
  return {
    stop() {
      stopped = true;
      unsubscribe();
      timer?.cancel();
    },
  };
}
