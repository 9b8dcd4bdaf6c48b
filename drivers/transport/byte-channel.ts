import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";

export type ChannelError = CodedError<
  "link.absent" | "link.refused" | "link.lost" | "link.write-failed" | "common.deadline" | "common.cancelled"
>;

/**
 * One open connection that carries bytes both ways: serial, TCP, USB bulk, pty or replay. It is never reopened: after
 * `closed` a new one is made by the factory.
 */
export interface ByteChannel {
  /** Resolves when the operating system has taken the bytes and, on a line that can tell, sent them. */
  write(bytes: Uint8Array): Promise<Result<void, ChannelError>>;
  /** Sets the one consumer of incoming bytes. Bytes that came before are handed over first. */
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Resolves once, with the cause, when the far end goes away or `close` is called. */
  readonly closed: Promise<string>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Opens a channel. The only way by which drivers reach hardware; chosen in the composition root. */
export type OpenChannel = (signal: AbortSignal) => Promise<Result<ByteChannel, ChannelError>>;
