import type { Transaction } from "kysely";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";
import type { FleetDatabase } from "../store/schema.ts";

/** A device request as the listener received it. Header names in lower case. */
export type DeviceRequest = {
  readonly method: string;
  /** As the client wrote it, path and query. */
  readonly target: string;
  readonly authority: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** SHA-256 of the client certificate that the TLS connection showed, hex; undefined without one. */
  readonly clientCertificate: string | undefined;
};

export type DeviceIdentity = {
  readonly kiosk: string;
  /** Of the certificate whose key signed. */
  readonly thumbprint: string;
  readonly mutualTls: boolean;
};

/** The kiosks' identities: the fleet's CA, one-time codes, and who speaks. */
export interface Identity {
  /** The CA's certificate, PEM. */
  readonly ca: string;
  /** SHA-256 of its DER, upper-case hex in pairs joined by colons, as technicians compare it. */
  readonly caFingerprint: string;
  /** How many requests were refused since this instance started, by error code; for metrics. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Verifies signature, freshness, certificate and revocation of a device request. */
  authenticate(request: DeviceRequest): Promise<Result<DeviceIdentity, CodedError>>;
  /** Makes a one-time code, kept as a hash only. */
  newCode(
    enrolment: {
      readonly kiosk: string;
      readonly place: string;
      readonly site: string;
      readonly ring: string;
      readonly by: string;
      /** Seconds. */
      readonly expiresIn: number;
    },
    within: Transaction<FleetDatabase>,
  ): Promise<{ readonly id: string; readonly code: string }>;
  /** Ends a code that was not used yet; false when there is none with this id. */
  cancelCode(enrolment: string, by: string, within: Transaction<FleetDatabase>): Promise<boolean>;
  /** Takes a one-time code and a CSR; makes the kiosk's row and its certificate. One code works once. */
  enrol(
    request: unknown,
  ): Promise<Result<{ readonly kiosk: string; readonly place: string; readonly certificate: string }, CodedError>>;
  /** A new certificate for the kiosk that asks with its present one. */
  renew(identity: DeviceIdentity, request: unknown): Promise<Result<{ readonly certificate: string }, CodedError>>;
  /** Ends every certificate of a kiosk, at once and for good. */
  revoke(kiosk: string, reason: string, by: string, within: Transaction<FleetDatabase>): Promise<void>;
  /** Revoked certificates that have not expired, as a CRL (RFC 5280) for proxies and the gateway; valid for seven days. */
  revocationList(): Promise<{ readonly der: Uint8Array; readonly pem: string }>;
}
