/**
 * Text messages whose fields stand at fixed positions between separators, declared once and used in both directions.
 * Trailing fields may be missing altogether: an old firmware simply sends a shorter message.
 */

/**
 * - `text`: kept as it is, blanks included;
 * - `trimmed`: text that the sender pads with blanks at the end;
 * - `number`: digits, a non-negative integer;
 * - `flag`: `0` or `1`.
 */
export type FieldKind = "text" | "trimmed" | "number" | "flag";

export type Field<K extends FieldKind = FieldKind> = {
  /** Position between the separators, counted from 0. */
  readonly at: number;
  readonly kind: K;
  /** Longest value, characters; `Infinity` where no limit is documented. */
  readonly width: number;
  /** Where this is written: manual, page, or the implementation it was read in. */
  readonly source: string;
};

export type Fields = { readonly [name: string]: Field };

export type FieldValue<K extends FieldKind> = K extends "number" ? number : K extends "flag" ? boolean : string;

/** The values of a message. A field that is absent or empty on the line is absent here. */
export type FieldValues<F extends Fields> = { readonly [N in keyof F]?: FieldValue<F[N]["kind"]> };

export type Decoded<F extends Fields> = {
  readonly values: FieldValues<F>;
  /** Fields that were there and could not be read as declared. */
  readonly malformed: readonly (keyof F & string)[];
  /** How many fields the line carried. */
  readonly count: number;
};

export type DelimitedCodec<F extends Fields> = {
  readonly fields: F;
  /** Total: whatever the text, there is an answer. */
  decode(text: string): Decoded<F>;
  /**
   * Writes fields up to the last one that has a value.
   *
   * @param count write at least so many fields, empty ones included: some messages end with separators.
   * @throws RangeError when a value does not fit its field. Callers check what people type before they come here.
   */
  encode(values: FieldValues<F>, count?: number): string;
};

/** Shorthand for a field. */
export function field<K extends FieldKind>(at: number, kind: K, width: number, source: string): Field<K> {
  return { at, kind, width, source };
}

/** @throws RangeError when two fields stand at the same position: a defect in the declaration. */
export function delimited<F extends Fields>(fields: F, separator = "|"): DelimitedCodec<F> {
  const names = Object.keys(fields) as (keyof F & string)[];
  const positions = new Set(names.map((name) => fields[name]?.at));
  if (positions.size !== names.length) throw new RangeError("two fields at one position");

  return {
    fields,
    decode(text) {
      const parts = text.split(separator);
      const values: { [name: string]: string | number | boolean } = {};
      const malformed: (keyof F & string)[] = [];
      for (const name of names) {
        const declared = fields[name];
        const raw = declared === undefined ? undefined : parts[declared.at];
        if (declared === undefined || raw === undefined || raw.trim() === "") continue;
        const value = raw.length > declared.width ? undefined : read(declared.kind, raw);
        if (value === undefined) malformed.push(name);
        else values[name] = value;
      }
      return { values: values as FieldValues<F>, malformed, count: parts.length };
    },
    encode(values, count = 1) {
      const parts: string[] = [];
      for (const name of names) {
        const value = values[name];
        const declared = fields[name];
        if (value === undefined || declared === undefined) continue;
        const text = write(value);
        if (text.length > declared.width) throw new RangeError(`${name} is longer than ${declared.width}`);
        if (text.includes(separator)) throw new RangeError(`${name} holds the separator`);
        parts[declared.at] = text;
      }
      return Array.from({ length: Math.max(count, parts.length) }, (_, at) => parts[at] ?? "").join(separator);
    },
  };
}

function read(kind: FieldKind, raw: string): string | number | boolean | undefined {
  switch (kind) {
    case "text":
      return raw;
    case "trimmed":
      return raw.trim();
    case "number": {
      const digits = raw.trim();
      const value = /^\d+$/.test(digits) ? Number(digits) : undefined;
      return Number.isSafeInteger(value) ? value : undefined;
    }
    case "flag":
      return raw === "1" ? true : raw === "0" ? false : undefined;
  }
}

function write(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "string") return value;
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a non-negative integer`);
  return String(value);
}
