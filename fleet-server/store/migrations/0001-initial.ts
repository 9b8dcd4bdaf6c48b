import { type Kysely, sql } from "kysely";

const STATEMENTS = [
  `create table kiosk (
    id text primary key,
    place text not null,
    site text not null,
    ring text not null,
    tags jsonb not null default '[]',
    time_zone text not null default 'America/Santiago',
    opening_hours jsonb,
    notes text not null default '',
    created_at bigint not null,
    enrolled_at bigint,
    retired_at bigint,
    desired_revision bigint not null default 1,
    condition text not null default 'never-seen',
    condition_rank smallint not null default 4,
    service_state text not null default 'unknown',
    serving boolean,
    release text,
    update_state text
  )`,
  "create index kiosk_by_condition on kiosk (condition_rank, id)",
  "create index kiosk_by_place on kiosk (place, id)",
  "create index kiosk_by_ring on kiosk (ring, id)",
  `create table kiosk_live (
    kiosk text primary key references kiosk,
    last_seen bigint not null,
    stream uuid not null,
    session bigint not null,
    connected_to text,
    connected_session bigint,
    clock_offset bigint,
    mutual_tls boolean
  ) with (fillfactor = 70)`,
  "create index kiosk_live_by_age on kiosk_live (last_seen)",
  `create table stream (
    kiosk text not null references kiosk,
    stream uuid not null,
    first_seen bigint not null,
    last_sequence bigint not null,
    last_digest text not null,
    superseded_at bigint,
    primary key (kiosk, stream)
  ) with (fillfactor = 70)`,
  `create table kiosk_state (
    kiosk text primary key references kiosk,
    service jsonb,
    devices jsonb,
    software jsonb,
    security jsonb,
    machine jsonb,
    updated_at bigint not null
  )`,
  `create table event (
    id bigint generated always as identity primary key,
    kiosk text not null references kiosk,
    at bigint not null,
    event text not null,
    fields jsonb not null
  )`,
  "create index event_by_kiosk on event (kiosk, at desc, id desc)",
  "create index event_by_age on event (at)",
  "create index event_of_identity on event (kiosk, event, at) where event in ('fleet.identity-cloned', 'fleet.identity-knocking')",
  "create index event_of_update on event (kiosk, at desc, id desc) where event = 'fleet.update'",
  `create table counter (
    kiosk text not null references kiosk,
    hour bigint not null,
    service text not null,
    result text not null,
    count bigint not null,
    seconds bigint not null,
    primary key (kiosk, hour, service, result)
  )`,
  "create index counter_by_hour on counter (hour)",
  `create table alert (
    id uuid primary key,
    kiosk text not null references kiosk,
    code text not null,
    subject text not null,
    axis text not null,
    severity text not null,
    who text not null,
    detail text not null,
    since bigint not null,
    until bigint
  )`,
  "create unique index alert_standing on alert (kiosk, code, subject) where until is null",
  "create index alert_by_kiosk on alert (kiosk, since desc)",
  "create index alert_by_age on alert (until) where until is not null",
  `create table command (
    id uuid primary key,
    kiosk text not null references kiosk,
    command jsonb not null,
    jws text not null,
    by text not null,
    reason text not null,
    state text not null,
    code text,
    message text,
    created_at bigint not null,
    expires_at bigint not null,
    changed_at bigint not null,
    logs jsonb
  )`,
  "create index command_by_kiosk on command (kiosk, created_at desc)",
  "create index command_waiting on command (kiosk, created_at) where state = 'queued'",
  `create table certificate (
    thumbprint text primary key,
    kiosk text not null references kiosk,
    serial text not null unique,
    pem text not null,
    issued_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint,
    reason text
  )`,
  "create index certificate_by_kiosk on certificate (kiosk, issued_at desc)",
  "create index certificate_revoked on certificate (revoked_at) where revoked_at is not null",
  `create table enrolment (
    id uuid primary key,
    kiosk text not null,
    place text not null,
    site text not null,
    ring text not null,
    code_hash text not null unique,
    by text not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    cancelled_at bigint
  )`,
  `create table target (
    path text primary key,
    kind text not null,
    service text,
    version text not null,
    platform text,
    needs_release text,
    length bigint not null,
    sha256 text not null,
    notes text not null,
    added_at bigint not null
  )`,
  `create table rollout (
    id uuid primary key,
    target text not null references target,
    rings jsonb not null,
    begun integer not null,
    silent_after bigint not null,
    state text not null,
    why text not null,
    by text not null,
    reason text not null,
    created_at bigint not null,
    changed_at bigint not null
  )`,
  `create table rollout_kiosk (
    rollout uuid not null references rollout,
    kiosk text not null references kiosk,
    ring integer not null,
    progress text not null,
    attempt integer not null,
    told_at bigint,
    changed_at bigint not null,
    code text,
    message text,
    previous_target text references target,
    previous_attempt integer,
    excused boolean not null default false,
    primary key (rollout, kiosk)
  )`,
  "create index rollout_kiosk_open on rollout_kiosk (kiosk) where progress in ('told', 'working')",
  `create table assignment (
    kiosk text not null references kiosk,
    subject text not null,
    target text not null references target,
    attempt integer not null,
    rollout uuid references rollout,
    primary key (kiosk, subject)
  )`,
  `create table staff (
    id text primary key,
    name text not null unique,
    password text,
    roles jsonb not null,
    source text not null,
    subject text unique,
    disabled boolean not null default false,
    created_at bigint not null,
    last_seen bigint
  )`,
  `create table staff_session (
    token_hash text primary key,
    staff text not null references staff,
    csrf text not null,
    created_at bigint not null,
    expires_at bigint not null
  )`,
  "create index staff_session_by_staff on staff_session (staff)",
  `create table sign_in_attempt (
    key text primary key,
    failures integer not null,
    last_at bigint not null,
    blocked_until bigint not null
  )`,
  `create table audit (
    number bigint primary key,
    at bigint not null,
    actor text not null,
    action text not null,
    subject text not null,
    details text not null,
    previous text not null,
    hash text not null
  )`,
  "create index audit_by_subject on audit (subject, number desc)",
  `create function audit_is_append_only() returns trigger language plpgsql as $$
    begin raise exception 'the audit trail is append-only'; end $$`,
  "create trigger audit_append_only before update or delete or truncate on audit execute function audit_is_append_only()",
  `create table readiness (
    id uuid primary key,
    kiosk text not null,
    taken_at bigint not null,
    received_at bigint not null,
    report jsonb not null
  )`,
  "create index readiness_by_kiosk on readiness (kiosk, taken_at desc)",
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
