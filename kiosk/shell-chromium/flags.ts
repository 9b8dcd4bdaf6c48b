import { join } from "node:path";

export type FlagOptions = {
  /** A directory of this run's own; nothing of it outlives the run. */
  readonly profile: string;
  /** The page that is opened first: see `entry-page.ts`. */
  readonly entry: string;
  readonly headless: boolean;
  /** Whether the process runs as uid 0: Chromium then refuses to start with its sandbox. */
  readonly root: boolean;
};

/** Features that ask, offer, fetch or show something by themselves. */
const DISABLED_FEATURES = [
  "Translate",
  "OverscrollHistoryNavigation",
  "MediaRouter",
  "OptimizationHints",
  "AutofillServerCommunication",
  "InterestFeedContentSuggestions",
  "GlobalMediaControls",
  "DialMediaRouteProvider",
];

/**
 * Chromium's arguments for a kiosk. What flags cannot lock (addresses, developer tools, downloads, file choosers, printing) is
 * locked by the managed policy that provisioning writes.
 */
export function chromiumFlags({ profile, entry, headless, root }: FlagOptions): string[] {
  return [
    `--user-data-dir=${profile}`,
    `--disk-cache-dir=${join(profile, "cache")}`,
    "--kiosk",
    // Otherwise pictures that a page has not drawn for a while are put away in a file: also the bill that a citizen scanned.
    "--incognito",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--disable-infobars",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--disable-extensions",
    "--disable-sync",
    "--disable-translate",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-default-apps",
    "--disable-dev-tools",
    "--disable-print-preview",
    "--disable-save-password-bubble",
    "--deny-permission-prompts",
    "--password-store=basic",
    "--no-pings",
    "--metrics-recording-only",
    "--autoplay-policy=no-user-gesture-required",
    `--disable-features=${DISABLED_FEATURES.join(",")}`,
    ...(headless ? ["--headless", "--disable-gpu", "--disable-dev-shm-usage"] : []),
    ...(root ? ["--no-sandbox"] : []),
    `--app=${entry}`,
  ];
}
