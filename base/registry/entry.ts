/** Who must act. Vocabulary after XFS4IoT's ErrorEvent actions and CUSS component status. */
export type Who = "none" | "citizen" | "attendant" | "technician" | "supplier";

export type ErrorEntry = {
  readonly who: Who;
  /** What has happened, one English sentence without a full stop. */
  readonly meaning: string;
  /** What the one who must act does about it. */
  readonly action: string;
};

export type EventLevel = "debug" | "info" | "warn" | "error";

/** The kinds of value that a log field may hold. `id` is an opaque identifier that names no person. */
export type FieldKind = "id" | "code" | "count" | "pesos" | "milliseconds" | "text" | "flag";

export type EventEntry = {
  readonly level: EventLevel;
  /** What an operator reads, one English sentence without a full stop. */
  readonly meaning: string;
  /** The allow-list: a field that is not here never reaches a log. */
  readonly fields: { readonly [field: string]: FieldKind };
};
