import { z } from "zod";
import { intentSchema, sessionViewSchema } from "../../base/contracts/view.ts";

/** The one contract between the runtime and whatever draws: runtime side, shells, UI client and test fakes derive from it. */

export const viewStateSchema = sessionViewSchema.extend({
  /** Grows by one with every published state since boot. An intent names the state that it answers. */
  version: z.number().int().positive(),
  kiosk: z.strictObject({ id: z.string(), place: z.string() }),
  /** Millimetres of the screen's width, so that targets are sized in millimetres. */
  screenWidth: z.number().positive(),
});
export type ViewState = z.infer<typeof viewStateSchema>;

/** Largest message in either direction, bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** What a shell sends. A message that has only spaces says nothing and is answered by nothing: it writes over what stood where it passes. */
export const clientMessageSchema = z.strictObject({
  type: z.literal("intent"),
  /** Unique per intent: a second arrival is refused. */
  id: z.uuid(),
  /** `version` of the view state that the citizen saw. */
  view: z.number().int().positive(),
  intent: intentSchema,
});
export type ClientMessage = z.infer<typeof clientMessageSchema>;

export const REFUSALS = ["malformed", "oversize", "stale", "replayed", "not-enabled"] as const;

export const serverMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("view"), view: viewStateSchema }),
  z.strictObject({ type: z.literal("refused"), id: z.string().optional(), reason: z.enum(REFUSALS) }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** Whether a view stands before nobody: what the page before it showed was some citizen's, and must be gone. */
export function isNobodys({ screen }: Pick<ViewState, "screen">): boolean {
  return screen.kind === "attract" || screen.kind === "out-of-service";
}

/** Where the runtime gives out the pages that a citizen scanned, as HTTP: beside the unix socket of the view. */
export function papersSocketOf(viewSocket: string): string {
  return `${viewSocket}.papers`;
}

/** Path of the WebSocket on the runtime's loopback port. */
export const VIEW_PATH = "/view";
/**
 * Leads a browser to the same page at the runtime's other loopback address. To a browser that is another site, and a page of another
 * site is drawn by another process: the one that held a citizen's data ends.
 */
export const RENEW_PATH = "/renew";
/** Cookie that carries the per-boot token of a browser shell. */
export const TOKEN_COOKIE = "ventanilla-token";
/** WebSocket subprotocol; other clients append the token as a second protocol `token.<token>`. */
export const VIEW_PROTOCOL = "ventanilla.view.1";
