import { z } from "zod";
import type { Locale } from "../../base/contracts/view.ts";
import type { ReceiptBlock, ReceiptDocument } from "../../drivers/receipt-printer/document.ts";
import { renderText, type Scope, valueAt } from "../engine/expression.ts";
import type { Speaker } from "../engine/text-table.ts";
import { nameSchema, templateSchema } from "../steps/schema.ts";

/** A block is left out when the value at this path is missing, null or an empty list. */
const when = { when: z.string().optional() };
const align = { align: z.enum(["left", "center", "right"]).optional() };

/**
 * One block of a paper. Fixed words are the institution's own language; `say` takes a text of the service in the
 * citizen's language instead.
 */
const blockSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("text"),
    text: templateSchema.optional(),
    say: z.string().optional(),
    bold: z.boolean().optional(),
    size: z.union([z.literal(1), z.literal(2)]).optional(),
    ...align,
    ...when,
  }),
  z.strictObject({
    type: z.literal("pair"),
    label: templateSchema,
    value: templateSchema,
    bold: z.boolean().optional(),
    ...when,
  }),
  z.strictObject({ type: z.literal("rule"), ...when }),
  z.strictObject({ type: z.literal("feed"), lines: z.number().int().min(1).max(10), ...when }),
  z.strictObject({ type: z.literal("qr"), data: templateSchema, ...when }),
  z.strictObject({ type: z.literal("barcode"), data: templateSchema, ...when }),
  /** Every line of a list, as it is, e.g. the terminal's voucher. */
  z.strictObject({ type: z.literal("lines"), from: z.string(), ...when }),
]);
type BlockTemplate = z.infer<typeof blockSchema>;

export const receiptSchema = z.strictObject({ blocks: z.array(blockSchema).min(1) });
export type ReceiptTemplate = z.infer<typeof receiptSchema>;

export const receiptsSchema = z.record(nameSchema, receiptSchema);

const DEMO: readonly ReceiptBlock[] = [
  { type: "text", text: "DOCUMENTO DE DEMOSTRACIÓN", align: "center", bold: true },
  { type: "text", text: "SIN VALIDEZ LEGAL", align: "center", bold: true },
  { type: "rule" },
];

/**
 * The paper as the printer takes it.
 *
 * @param demo puts the mark of a demonstration on top and at the foot: it is no part of any template, so that none can forget it.
 */
export function renderReceipt(
  template: ReceiptTemplate,
  scope: Scope,
  speaker: Speaker,
  locale: Locale,
  demo: boolean,
): ReceiptDocument {
  const blocks = template.blocks
    .filter((block) => block.when === undefined || isThere(scope, block.when))
    .flatMap((block) => renderBlock(block, scope, speaker, locale));
  return { blocks: demo ? [...DEMO, ...blocks, ...[...DEMO].reverse()] : blocks };
}

function isThere(scope: Scope, path: string): boolean {
  const value = valueAt(scope, path.split("."));
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}

function renderBlock(block: BlockTemplate, scope: Scope, speaker: Speaker, locale: Locale): ReceiptBlock[] {
  switch (block.type) {
    case "text": {
      const { text, say, bold, size, align } = block;
      const style = {
        ...(bold === undefined ? {} : { bold }),
        ...(size === undefined ? {} : { size }),
        ...(align === undefined ? {} : { align }),
      };
      const lines = say === undefined ? [] : speaker.paragraphs(say).map((paragraph) => paragraph.text);
      if (text !== undefined) lines.push(renderText(text, scope, locale));
      return lines.map((line) => ({ type: "text", text: line, ...style }));
    }
    case "pair":
      return [
        {
          type: "pair",
          label: renderText(block.label, scope, locale),
          value: renderText(block.value, scope, locale),
          ...(block.bold === undefined ? {} : { bold: block.bold }),
        },
      ];
    case "rule":
      return [{ type: "rule" }];
    case "feed":
      return [{ type: "feed", lines: block.lines }];
    case "qr":
      return [{ type: "qr", data: renderText(block.data, scope, locale) }];
    case "barcode":
      return [{ type: "barcode", symbology: "code128", data: renderText(block.data, scope, locale) }];
    case "lines": {
      const lines = valueAt(scope, block.from.split("."));
      return Array.isArray(lines) ? lines.map((line) => ({ type: "text", text: String(line) })) : [];
    }
  }
}
