import { z } from "zod";
import { DEVICE_KINDS } from "./device-status.ts";
import { serviceIdSchema, sha256Schema, versionSchema } from "./fleet/names.ts";

/**
 * A service as one file that its author signed: `<institution>.<service>-<version>.service.json`, canonical JSON (RFC 8785) and
 * one line feed. Whoever packs the same files under the same version with the same key gets the same bytes; whoever changes one
 * byte gets no package.
 */

/** Files of a definition; nothing else is in a package. */
export const DEFINITION_FILE = /^(?:service|receipts|texts\.[a-z]{2}|part\.[a-z][a-z0-9-]{0,63})\.yaml$/;
const fileNameSchema = z.string().regex(DEFINITION_FILE);

/** Characters of a whole package: some times what a definition has. */
export const MAX_PACKAGE_CHARACTERS = 400_000;

export const packageManifestSchema = z.strictObject({
  format: z.literal(1),
  service: serviceIdSchema,
  /** A version is given once: other content has a higher one. */
  version: versionSchema,
  /** The lowest release of the kiosk's software that may offer the service. */
  needsRelease: versionSchema,
  /** Kinds of step that are used: a kiosk refuses one that it does not know. */
  steps: z.array(z.string().max(40)),
  /** Without these devices a kiosk does not offer the service. */
  requires: z.array(z.enum(DEVICE_KINDS)),
  /** What the service asks of institutions, through the gateway. */
  operations: z.array(z.string().max(60)),
  /** SHA-256 of each file. */
  files: z.record(fileNameSchema, sha256Schema),
  /** What the author's tool proved. Kiosks prove again: this is for people. */
  proof: z.strictObject({
    /** Release of the checker. */
    release: versionSchema,
    properties: z.array(z.string().max(20)),
    states: z.number().int().positive(),
    events: z.number().int().nonnegative(),
  }),
});
export type PackageManifest = z.infer<typeof packageManifestSchema>;

export const servicePackageFileSchema = z.strictObject({
  manifest: packageManifestSchema,
  files: z.record(fileNameSchema, z.string()),
  /** Ed25519 (RFC 8032) over `ventanilla-service-package\n` and the canonical JSON of the manifest. */
  signature: z.strictObject({
    /** The author's public key, hex. */
    key: z.string().regex(/^[0-9a-f]{64}$/),
    value: z.string().regex(/^[0-9a-f]{128}$/),
  }),
});
export type ServicePackageFile = z.infer<typeof servicePackageFileSchema>;
