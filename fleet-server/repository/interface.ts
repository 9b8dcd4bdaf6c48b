/** The TUF repository as the server needs it: it signs what is on line (snapshot, timestamp) and mirrors what targets there are. */
export interface Repository {
  /** Directory of static files, served below `/updates/` (`metadata/…`, `targets/…`). */
  readonly directory: string;
  /** The trusted root, version 1, that kiosks are given at enrolment: signed metadata as JSON. */
  readonly root: Readonly<Record<string, unknown>>;
  /** Signs a new snapshot and timestamp when targets metadata changed or the timestamp nears its end. */
  refresh(): Promise<void>;
  /** Expiry by role, milliseconds since the Unix epoch. */
  expiries(): Promise<Readonly<Record<string, number>>>;
}
