import { z } from "zod";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ReceiptBlock, ReceiptDocument } from "./document.ts";

const blockSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("text"),
    text: z.string(),
    align: z.enum(["left", "center", "right"]).exactOptional(),
    bold: z.boolean().exactOptional(),
    size: z.union([z.literal(1), z.literal(2)]).exactOptional(),
  }),
  z.strictObject({
    type: z.literal("pair"),
    label: z.string(),
    value: z.string(),
    bold: z.boolean().exactOptional(),
  }),
  z.strictObject({ type: z.literal("rule") }),
  z.strictObject({ type: z.literal("feed"), lines: z.int().min(0).max(255) }),
  z.strictObject({ type: z.literal("qr"), data: z.string(), moduleSize: z.int().min(1).max(16).exactOptional() }),
  z.strictObject({ type: z.literal("barcode"), symbology: z.literal("code128"), data: z.string() }),
  z.strictObject({
    type: z.literal("raster"),
    width: z.int().positive(),
    height: z.int().positive(),
    /** Base64 of the bitmap's bytes. */
    bits: z.base64().transform((text) => new Uint8Array(Buffer.from(text, "base64"))),
  }),
]) satisfies z.ZodType<ReceiptBlock, unknown>;

const documentSchema = z.strictObject({ blocks: z.array(blockSchema) }) satisfies z.ZodType<ReceiptDocument, unknown>;

/** Reads a ticket from JSON text: `ReceiptDocument` with a raster's bits in base64. */
export function parseDocument(text: string): Result<ReceiptDocument, CodedError<"common.bad-input">> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return err(coded("common.bad-input", `not JSON: ${String(error)}`));
  }
  const parsed = documentSchema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err(coded("common.bad-input", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not a ticket"}`));
}
