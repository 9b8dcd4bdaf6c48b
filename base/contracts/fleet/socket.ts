import { z } from "zod";

/**
 * `GET /device/v1/socket`, a WebSocket opened by a signed request (RFC 9421 like any other). It makes things instant and carries
 * no truth: whatever is lost here comes by polling.
 */
export const SOCKET_PATH = "/device/v1/socket";

/** Seconds between two pings of the server. */
export const PING_EVERY = 30;
/** Heartbeats that an open socket stands for. */
const HEARTBEATS_OF_SOCKET = 4;

/**
 * Seconds between two batches of reports at most. The pongs of an open socket show sooner than a heartbeat that a kiosk lives, so that
 * heartbeats, which are a hundred times larger, may then be rarer; a fleet that wants to hear more often than that does.
 *
 * @param heartbeat of the desired state.
 */
export function heartbeatInterval(heartbeat: number, socketOpen: boolean): number {
  return socketOpen && heartbeat >= PING_EVERY ? heartbeat * HEARTBEATS_OF_SOCKET : heartbeat;
}

/** The agent's first message; presence counts for the highest session only, so that an old connection's end cannot mark a live kiosk down. */
export const agentMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), stream: z.uuid(), session: z.number().int().positive() }),
  z.strictObject({ type: z.literal("pong") }),
]);
export type AgentMessage = z.infer<typeof agentMessageSchema>;

export const serverMessageSchema = z.discriminatedUnion("type", [
  /** A command's JWS. */
  z.strictObject({ type: z.literal("command"), jws: z.string() }),
  /** The desired state changed: fetch it. */
  z.strictObject({ type: z.literal("desired") }),
  /** Every `PING_EVERY`; two without a pong end the connection. */
  z.strictObject({ type: z.literal("ping") }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
