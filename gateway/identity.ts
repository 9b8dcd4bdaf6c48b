import type { TLSSocket } from "node:tls";
import { kioskIdSchema } from "../base/contracts/gateway.ts";
import { type CodedError, coded } from "../base/registry/coded-error.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Revocations } from "./revocation.ts";

export type IdentityError = CodedError<"gateway.certificate-missing" | "gateway.certificate-refused">;

/**
 * Which kiosk stands at the other end: the common name of a client certificate that the kiosks' CA signed for client
 * use, that is in its time and not revoked. TLS has checked all but the last; this reads its verdict.
 */
export async function kioskOf(
  socket: TLSSocket,
  revocations: Revocations | undefined,
): Promise<Result<string, IdentityError>> {
  const certificate = socket.getPeerCertificate();
  if (Object.keys(certificate).length === 0) return err(coded("gateway.certificate-missing"));
  if (!socket.authorized) {
    return err(coded("gateway.certificate-refused", String(socket.authorizationError ?? "not verified")));
  }
  if (await revocations?.has(certificate.serialNumber)) return err(coded("gateway.certificate-refused", "revoked"));
  const name = kioskIdSchema.safeParse(certificate.subject.CN);
  return name.success ? ok(name.data) : err(coded("gateway.certificate-refused", "no kiosk id as common name"));
}
