/** What a ticket says, independent of any printer's commands. Plain data. */
export type ReceiptDocument = {
  readonly blocks: readonly ReceiptBlock[];
};

export type ReceiptBlock =
  | {
      readonly type: "text";
      readonly text: string;
      readonly align?: "left" | "center" | "right";
      readonly bold?: boolean;
      /** Multiples of the normal character size; 1 when absent. */
      readonly size?: 1 | 2;
    }
  /** A label on the left and a value on the right of one line; wraps when it must. */
  | { readonly type: "pair"; readonly label: string; readonly value: string; readonly bold?: boolean }
  | { readonly type: "rule" }
  | { readonly type: "feed"; readonly lines: number }
  | { readonly type: "qr"; readonly data: string; readonly moduleSize?: number }
  | { readonly type: "barcode"; readonly symbology: "code128"; readonly data: string }
  /** One bit a dot, rows padded to bytes, most significant bit left, 1 is black. */
  | { readonly type: "raster"; readonly width: number; readonly height: number; readonly bits: Uint8Array };
