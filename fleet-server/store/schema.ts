import type { ColumnType, JSONColumnType } from "kysely";
import type { Command, CommandState, LogUpload } from "../../base/contracts/fleet/command.ts";
import type { ReadinessReport } from "../../base/contracts/fleet/readiness.ts";
import type { StateSections } from "../../base/contracts/fleet/state.ts";
import type { AlertAxis, AlertSeverity } from "../../base/registry/alerts.ts";
import type { Who } from "../../base/registry/errors.ts";
import type { Role } from "../api/contract/access.ts";
import type { KioskCondition } from "../api/contract/kiosks.ts";
import type { RolloutState, WhyFacts } from "../api/contract/releases.ts";

/** Written as JSON text (`json()` of `./database.ts`), read as a value. */
type Json<T> = ColumnType<T, string, string>;
type JsonOrNull<T> = ColumnType<T | null, string | null, string | null>;

/** Instants are `bigint` columns of milliseconds since the Unix epoch, read as numbers. */
export type FleetDatabase = {
  kiosk: {
    id: string;
    place: string;
    site: string;
    ring: string;
    tags: Json<string[]>;
    time_zone: string;
    opening_hours: JsonOrNull<({ from: string; to: string } | null)[]>;
    notes: string;
    created_at: number;
    enrolled_at: number | null;
    retired_at: number | null;
    /** Of the desired state; grows with every change of it. */
    desired_revision: number;
    /** Derived, kept by `alerts/`: what lists sort and filter by. */
    condition: KioskCondition;
    condition_rank: number;
    service_state: string;
    release: string | null;
    update_state: string | null;
  };
  /** What changes with every word of a kiosk; apart from `kiosk`, so that lists' indexes stay still. */
  kiosk_live: {
    kiosk: string;
    last_seen: number;
    stream: string;
    session: number;
    /** Instance that holds the WebSocket, and the session number of the agent that opened it. */
    connected_to: string | null;
    connected_session: number | null;
    clock_offset: number | null;
    mutual_tls: boolean | null;
  };
  /** Streams of reports; more than one in use at a time shows a cloned identity. */
  stream: {
    kiosk: string;
    stream: string;
    first_seen: number;
    last_sequence: number;
    /** SHA-256 of the report that had `last_sequence`. */
    last_digest: string;
    superseded_at: number | null;
  };
  kiosk_state: {
    kiosk: string;
    service: JsonOrNull<StateSections["service"]>;
    devices: JsonOrNull<StateSections["devices"]>;
    software: JsonOrNull<StateSections["software"]>;
    security: JsonOrNull<StateSections["security"]>;
    machine: JsonOrNull<StateSections["machine"]>;
    updated_at: number;
  };
  event: {
    id: ColumnType<number, never, never>;
    kiosk: string;
    at: number;
    event: string;
    fields: JSONColumnType<Record<string, string | number | boolean>>;
  };
  counter: { kiosk: string; hour: number; service: string; result: string; count: number; seconds: number };
  alert: {
    id: string;
    kiosk: string;
    code: string;
    subject: string;
    axis: AlertAxis;
    severity: AlertSeverity;
    who: Who;
    detail: string;
    since: number;
    until: number | null;
  };
  command: {
    id: string;
    kiosk: string;
    command: JSONColumnType<Command>;
    jws: string;
    by: string;
    reason: string;
    state: CommandState;
    code: string | null;
    message: string | null;
    created_at: number;
    expires_at: number;
    changed_at: number;
    logs: JsonOrNull<LogUpload>;
  };
  certificate: {
    /** SHA-256 of the DER, hex: the `keyid` of signatures. */
    thumbprint: string;
    kiosk: string;
    serial: string;
    pem: string;
    issued_at: number;
    expires_at: number;
    revoked_at: number | null;
    reason: string | null;
  };
  enrolment: {
    id: string;
    kiosk: string;
    place: string;
    site: string;
    ring: string;
    /** SHA-256 of the code, hex. */
    code_hash: string;
    by: string;
    created_at: number;
    expires_at: number;
    used_at: number | null;
    cancelled_at: number | null;
  };
  /** Mirror of the update repository's signed targets. */
  target: {
    path: string;
    kind: "release" | "service";
    service: string | null;
    version: string;
    platform: string | null;
    needs_release: string | null;
    length: number;
    sha256: string;
    notes: string;
    added_at: number;
  };
  rollout: {
    id: string;
    target: string;
    rings: JSONColumnType<{ ring: string; success: number; error: number }[]>;
    /** Rings begun. */
    begun: number;
    silent_after: number;
    state: RolloutState;
    why: string;
    /** What `why` says where the engine says it; null where a person does. */
    why_facts: ColumnType<WhyFacts | null, string | null | undefined, string | null>;
    by: string;
    reason: string;
    created_at: number;
    changed_at: number;
  };
  rollout_kiosk: {
    rollout: string;
    kiosk: string;
    ring: number;
    progress: "waiting" | "told" | "working" | "succeeded" | "failed" | "silent" | "not-fitting";
    attempt: number;
    told_at: number | null;
    changed_at: number;
    code: string | null;
    message: string | null;
    /** Assigned before this rollout; null for none. */
    previous_target: string | null;
    previous_attempt: number | null;
    /** Failed before a resume that did not ask for another try: counts no more. */
    excused: boolean;
  };
  /** What a kiosk shall run: `subject` is `release` or a service id. */
  assignment: { kiosk: string; subject: string; target: string; attempt: number; rollout: string | null };
  staff: {
    id: string;
    name: string;
    /** `scrypt:<salt>:<hash>`, with `once:` before it when it must be changed at sign-in; null for staff of the identity provider. */
    password: string | null;
    roles: Json<Role[]>;
    source: "local" | "oidc";
    /** Issuer and subject at the identity provider. */
    subject: string | null;
    disabled: boolean;
    created_at: number;
    last_seen: number | null;
  };
  /** Failed sign-ins by name and by address; shared, so that several instances count as one. */
  sign_in_attempt: { key: string; failures: number; last_at: number; blocked_until: number };
  staff_session: { token_hash: string; staff: string; csrf: string; created_at: number; expires_at: number };
  audit: {
    number: number;
    at: number;
    actor: string;
    action: string;
    subject: string;
    /** Canonical JSON text: what is hashed is what is kept. */
    details: string;
    previous: string;
    hash: string;
  };
  readiness: {
    id: string;
    kiosk: string;
    taken_at: number;
    received_at: number;
    report: JSONColumnType<ReadinessReport>;
  };
};
