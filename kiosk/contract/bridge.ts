import { z } from "zod";
import { type ClientMessage, serverMessageSchema } from "./messages.ts";

/**
 * What a shell that owns the connection to the runtime (Electron's main process) tells its page: the runtime's messages,
 * and that the connection is lost. A page with a WebSocket of its own learns the latter from the socket.
 */
export const bridgeMessageSchema = z.discriminatedUnion("type", [
  ...serverMessageSchema.options,
  /** The connection is gone, and what was on the screen with it; the next view says that it is back. */
  z.strictObject({ type: z.literal("lost") }),
]);
export type BridgeMessage = z.infer<typeof bridgeMessageSchema>;

/** `window.ventanilla`: all that a shell gives to its page. */
export type VentanillaBridge = {
  /** Calls `listener` soon with the present view, if there is one, and with every message after; returns the way to stop. */
  onMessage(listener: (message: BridgeMessage) => void): () => void;
  /** Hands a message to the shell, which refuses whatever is not of the contract. */
  send(message: ClientMessage): void;
};
