/** Where the guest's program listens, on the card that faces us. */
export const GUEST_PORT = 7000;
export const GUEST_ADDRESS = "10.0.2.15";
/** Where the guest finds this machine's loopback interface. */
export const OUTSIDE_ADDRESS = "10.0.2.2";
/** Where the disk is mounted in the guest. */
export const DATA = "/data";
export const DATA_DISK = "/dev/vda";

/** What the PC says last when the guest's kernel refuses its disk. */
export const UNMOUNTABLE = "the disk cannot be mounted";

/** The first line that a connection to the guest's program brings; what follows depends on it. */
export type GuestRequest =
  /** Answered with one `warm` line, and closed. */
  | { readonly do: "tell" }
  /** Answered with `GuestLine`s for as long as the guest lives. */
  | Go
  /** Answered with one line, a `GuestFiles`, and closed. */
  | { readonly do: "copy"; readonly folder: string }
  /** Becomes a connection to a Unix socket in the guest. */
  | { readonly do: "connect"; readonly socket: string };

/** Lets the warm guest begin: the power is back. */
export type Go = {
  readonly do: "go";
  /** What the clock of the mainboard says, milliseconds since the epoch. */
  readonly now: number;
  /** Laid down on the disk, below its root, when the disk is new. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** The view's port, which the guest opens on its network card too. */
  readonly view: number;
};

export type GuestLine =
  | { readonly type: "warm"; readonly runtime: boolean }
  | { readonly type: "mounted" }
  | { readonly type: "unmountable"; readonly kernel: string }
  | { readonly type: "said"; readonly line: string }
  | { readonly type: "logged"; readonly line: string }
  | { readonly type: "ended"; readonly status: number };

/** Files of one folder by name, base64. */
export type GuestFiles = Readonly<Record<string, string>>;
