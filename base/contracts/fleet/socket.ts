import { z } from "zod";

/**
 * `GET /device/v1/socket`, a WebSocket opened by a signed request (RFC 9421 like any other). It makes things instant and carries
 * no truth: whatever is lost here comes by polling.
 */
export const SOCKET_PATH = "/device/v1/socket";

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
  /** Every 30 s; two without a pong end the connection. */
  z.strictObject({ type: z.literal("ping") }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
