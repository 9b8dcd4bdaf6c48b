import {
  type ClientMessage,
  clientMessageSchema,
  MAX_MESSAGE_BYTES,
  type ServerMessage,
  serverMessageSchema,
} from "../contract/messages.ts";

export type Checked<T> = { readonly message: T } | { readonly refused: "malformed" | "oversize" };

/** Checks what a page handed over: JSON text of one `ClientMessage`, at most `MAX_MESSAGE_BYTES` long. */
export function checkClientMessage(payload: unknown): Checked<ClientMessage> {
  return check(payload, clientMessageSchema);
}

/** Checks one line from the runtime: a page must be able to rely on the contract even if the runtime has a defect. */
export function checkServerMessage(line: string): Checked<ServerMessage> {
  return check(line, serverMessageSchema);
}

type Schema<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } };

function check<T>(text: unknown, schema: Schema<T>): Checked<T> {
  if (typeof text !== "string") return { refused: "malformed" };
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return { refused: "oversize" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: "malformed" };
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? { message: parsed.data } : { refused: "malformed" };
}
