import { done, failed, type Outcome } from "../base/outcome.ts";
import { coded } from "../base/registry/coded-error.ts";
import type { CommandOptions } from "./device.ts";
import type { Connection } from "./transport/connection.ts";

/** For a device to be there again after its channel was closed, milliseconds. */
const REOPEN_WITHIN = 3_000;

/**
 * The first half of every reset: lets go of the channel, whatever state it is in, and waits for a new one. What was under way on the old one
 * has ended when this returns.
 */
export async function reopen<S, C extends { readonly closed: Promise<string>; close(): Promise<void> }>(
  connection: Connection<S, C>,
  device: string,
  { signal }: CommandOptions,
): Promise<Outcome<S>> {
  if (signal?.aborted) return failed(coded("common.cancelled", `reset of ${device}`));
  await connection.restart();
  const session = await connection.connected(REOPEN_WITHIN, signal);
  if (session !== undefined) return done(session);
  if (signal?.aborted) return failed(coded("common.cancelled", `reset of ${device}`));
  const state = connection.state.value;
  return failed(coded(state.link === "connecting" ? "link.refused" : "link.absent", device));
}
