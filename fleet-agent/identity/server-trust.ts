import { createHash, X509Certificate } from "node:crypto";
import { connect, type DetailedPeerCertificate, getCACertificates, type TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** How the technician knows that the server is the fleet's. */
export type ServerTrust =
  | { readonly kind: "system" }
  /** Certificate of the authority that the server's comes from, PEM. */
  | { readonly kind: "authority"; readonly pem: string }
  /** SHA-256 of that authority's certificate, hex, as the console shows it; the server sends the certificate itself. */
  | { readonly kind: "fingerprint"; readonly sha256: string };

const CONNECT = 15_000;

/** The authorities, PEM, that a TLS connection to the server is checked against. */
export async function authoritiesOf(
  trust: ServerTrust,
  server: URL,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Result<string[], CodedError>> {
  if (trust.kind === "authority") return ok([trust.pem]);
  if (trust.kind === "system") return ok([...getCACertificates("default"), ...getCACertificates("system")]);
  const wanted = trust.sha256.replaceAll(/[\s:]/g, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(wanted)) return err(coded("common.bad-input", "fingerprint: 64 hexadecimal digits"));
  const chain = await withDeadline(clock, CONNECT, signal, "TLS connection", (inner) => chainOf(server, inner));
  if (!chain.ok) return chain;
  const authority = chain.value.find((raw) => createHash("sha256").update(raw).digest("hex") === wanted);
  const certificate = authority === undefined ? undefined : new X509Certificate(authority);
  if (certificate === undefined || !certificate.ca)
    return err(coded("identity.server-not-trusted", "no authority in its chain has the fingerprint"));
  return ok([certificate.toString()]);
}

/**
 * The certificates that the server shows, DER. The connection is not trusted and carries nothing: what is found here by its
 * fingerprint is what the real connection is then checked against.
 */
async function chainOf(server: URL, signal: AbortSignal): Promise<Result<Buffer[], CodedError>> {
  const { promise, resolve } = Promise.withResolvers<Result<Buffer[], CodedError>>();
  const host = server.hostname.replace(/^\[(.*)\]$/, "$1");
  const name = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  const socket: TLSSocket = connect(
    { host, port: Number(server.port || 443), rejectUnauthorized: false, ...name },
    () => resolve(ok(collect(socket.getPeerCertificate(true)))),
  );
  socket.on("error", (error) => resolve(err(coded("identity.server-unreachable", error.message))));
  signal.addEventListener("abort", () => socket.destroy(), { once: true });
  return await promise.finally(() => socket.destroy());
}

function collect(leaf: DetailedPeerCertificate): Buffer[] {
  const seen = new Set<DetailedPeerCertificate>();
  for (
    let next: DetailedPeerCertificate | undefined = leaf;
    next?.raw !== undefined && !seen.has(next);
    next = next.issuerCertificate
  )
    seen.add(next);
  return [...seen].map(({ raw }) => raw);
}
