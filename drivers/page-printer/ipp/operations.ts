/** Operation ids (RFC 8011, 5.4.15), as far as they are used here. */
export const OPERATION = {
  "Print-Job": 0x0002,
  "Validate-Job": 0x0004,
  "Create-Job": 0x0005,
  "Send-Document": 0x0006,
  "Cancel-Job": 0x0008,
  "Get-Job-Attributes": 0x0009,
  "Get-Jobs": 0x000a,
  "Get-Printer-Attributes": 0x000b,
} as const;
export type OperationName = keyof typeof OPERATION;

/** Status codes (RFC 8011, appendix B), as far as somebody here tells them apart. */
export const STATUS = {
  "successful-ok": 0x0000,
  "successful-ok-ignored-or-substituted-attributes": 0x0001,
  "client-error-bad-request": 0x0400,
  "client-error-forbidden": 0x0401,
  "client-error-not-authenticated": 0x0402,
  "client-error-not-authorized": 0x0403,
  "client-error-not-possible": 0x0404,
  "client-error-timeout": 0x0405,
  "client-error-not-found": 0x0406,
  "client-error-gone": 0x0407,
  "client-error-request-entity-too-large": 0x0408,
  "client-error-document-format-not-supported": 0x040a,
  "client-error-attributes-or-values-not-supported": 0x040b,
  "client-error-charset-not-supported": 0x040d,
  "client-error-compression-not-supported": 0x040f,
  "client-error-document-format-error": 0x0411,
  "server-error-internal-error": 0x0500,
  "server-error-operation-not-supported": 0x0501,
  "server-error-service-unavailable": 0x0502,
  "server-error-version-not-supported": 0x0503,
  "server-error-device-error": 0x0504,
  "server-error-temporary-error": 0x0505,
  "server-error-not-accepting-jobs": 0x0506,
  "server-error-busy": 0x0507,
  "server-error-job-canceled": 0x0508,
} as const;
export type StatusName = keyof typeof STATUS;

/** `job-state` (RFC 8011, 5.3.7). */
export const JOB_STATE = {
  pending: 3,
  "pending-held": 4,
  processing: 5,
  "processing-stopped": 6,
  canceled: 7,
  aborted: 8,
  completed: 9,
} as const;
export type JobState = keyof typeof JOB_STATE;

/** `printer-state` (RFC 8011, 5.4.11). */
export const PRINTER_STATE = { idle: 3, processing: 4, stopped: 5 } as const;
export type PrinterState = keyof typeof PRINTER_STATE;

/** The name of a code in one of the tables above; `undefined` when it is not there. */
export function nameOf<N extends string>(table: { readonly [name in N]: number }, code: number | undefined) {
  return (Object.keys(table) as N[]).find((name) => table[name] === code);
}

/** A status for people: its name, or its digits. */
export function statusText(code: number): string {
  return nameOf(STATUS, code) ?? `0x${code.toString(16).padStart(4, "0")}`;
}
