import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { TcpAddress } from "../transport/tcp.ts";

/** The port that IANA gave to `nut`. */
const DEFAULT_PORT = 3_493;

/** Which UPS of which daemon. */
export type UpsAddress = TcpAddress & { readonly ups: string };

/** Reads an address as the Network UPS Tools write it: `name@host` or `name@host:port`; an IPv6 host stands in brackets. */
export function parseUpsAddress(text: string): Result<UpsAddress, CodedError<"common.bad-input">> {
  const [, ups, bracketed, plain, port] = /^([\w.-]+)@(?:\[([^\]]+)\]|([^:@\s]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (ups === undefined || host === undefined || number < 1 || number > 65_535)
    return err(coded("common.bad-input", `${text}: a UPS is name@host or name@host:port`));
  return ok({ ups, host, port: number });
}
