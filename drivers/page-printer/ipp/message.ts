/**
 * IPP messages as values: RFC 8010 (encoding) and RFC 8011 (meaning). The encoder and the decoder share the tables of this file,
 * so that they cannot drift apart.
 */

/** Delimiter tags that begin a group of attributes (RFC 8010, 3.5.1; 06 and 07: RFC 3995 and 3996; 08 and 09: PWG 5100.5, 5100.22). */
export const GROUP = {
  operation: 0x01,
  job: 0x02,
  printer: 0x04,
  unsupported: 0x05,
  subscription: 0x06,
  eventNotification: 0x07,
  resource: 0x08,
  document: 0x09,
  system: 0x0a,
} as const;
export const END_OF_ATTRIBUTES = 0x03;
/** Tags below this one begin a group, all others a value. */
export const FIRST_VALUE_TAG = 0x10;

/** Values that say why there is no value (RFC 8010, 3.5.2; RFC 3380). They carry no bytes. */
export const OUT_OF_BAND = {
  unsupported: 0x10,
  unknown: 0x12,
  "no-value": 0x13,
  "not-settable": 0x15,
  "delete-attribute": 0x16,
  "admin-define": 0x17,
} as const;
/** Values of four bytes, a signed number. */
export const NUMBERS = { integer: 0x21, enum: 0x23 } as const;
/** Values that are text. Those of `UTF8` are in the message's charset, which this codec takes to be UTF-8; the others US-ASCII. */
export const TEXTS = {
  textWithoutLanguage: 0x41,
  nameWithoutLanguage: 0x42,
  keyword: 0x44,
  uri: 0x45,
  uriScheme: 0x46,
  charset: 0x47,
  naturalLanguage: 0x48,
  mimeMediaType: 0x49,
} as const;
export const TEXTS_WITH_LANGUAGE = { textWithLanguage: 0x35, nameWithLanguage: 0x36 } as const;
export const TAG = {
  boolean: 0x22,
  octetString: 0x30,
  dateTime: 0x31,
  resolution: 0x32,
  rangeOfInteger: 0x33,
  begCollection: 0x34,
  endCollection: 0x37,
  memberAttrName: 0x4a,
} as const;

export type OutOfBand = keyof typeof OUT_OF_BAND;
export type TextTag = keyof typeof TEXTS;

/** One value, with the tag that it has on the wire. */
export type IppValue =
  | { readonly tag: OutOfBand }
  | { readonly tag: keyof typeof NUMBERS; readonly value: number }
  | { readonly tag: "boolean"; readonly value: boolean }
  | { readonly tag: TextTag; readonly value: string }
  | { readonly tag: keyof typeof TEXTS_WITH_LANGUAGE; readonly language: string; readonly value: string }
  | { readonly tag: "octetString"; readonly value: Uint8Array }
  /** RFC 2579 DateAndTime, 11 bytes as they are. */
  | { readonly tag: "dateTime"; readonly value: Uint8Array }
  /** `units`: 3 dots per inch, 4 dots per centimetre. */
  | { readonly tag: "resolution"; readonly cross: number; readonly feed: number; readonly units: number }
  | { readonly tag: "rangeOfInteger"; readonly from: number; readonly to: number }
  | { readonly tag: "collection"; readonly members: readonly IppAttribute[] }
  /** A tag that this codec does not know, kept as it came. */
  | { readonly tag: "other"; readonly code: number; readonly value: Uint8Array };

/** An attribute: one value, or several (`1setOf`), possibly of different tags. Never none. */
export type IppAttribute = { readonly name: string; readonly values: readonly IppValue[] };

export type IppGroup = { readonly tag: number; readonly attributes: readonly IppAttribute[] };

/** A request or a response without its document. */
export type IppMessage = {
  /** Major and minor, e.g. `[2, 0]`; each 0 to 127. */
  readonly version: readonly [number, number];
  /** `operation-id` of a request, `status-code` of a response; 0 to 32767. */
  readonly code: number;
  readonly requestId: number;
  readonly groups: readonly IppGroup[];
};

/** What is too much in one message: an honest printer stays far below, a bomb does not get in. */
export type IppLimits = {
  /** Bytes before the document. */
  readonly bytes: number;
  readonly groups: number;
  /** Values in the whole message, members of collections included. */
  readonly values: number;
  /** Collections inside collections. */
  readonly nesting: number;
};

/** The largest answer met so far (all attributes of an office printer with its media database) has about 100 kB and 5 000 values. */
export const DEFAULT_LIMITS: IppLimits = { bytes: 1_048_576, groups: 1_024, values: 50_000, nesting: 8 };

/** `value-length` and `name-length` are signed shorts (RFC 8010, 3.2). */
export const MAX_LENGTH = 0x7fff;
