/**
 * The few names that Node and browsers share and that the lowest layer uses. It compiles without Node's and the
 * DOM's types, so that nothing else of either can slip in.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean; signal?: AbortSignal }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
declare var AbortSignal: { any(signals: AbortSignal[]): AbortSignal; abort(): AbortSignal };
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare class TextDecoder {
  constructor(label: "utf-8", options: { fatal: boolean });
  constructor(label: "utf-16le", options: { ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}
declare class URL {
  constructor(url: string, base?: string);
  static canParse(url: string, base?: string): boolean;
  readonly protocol: string;
  readonly hostname: string;
  readonly host: string;
  readonly origin: string;
  readonly pathname: string;
  readonly search: string;
  readonly href: string;
}
