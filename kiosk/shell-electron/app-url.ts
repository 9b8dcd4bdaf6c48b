export const APP_SCHEME = "app";
export const APP_HOST = "kiosk";
export const HOME_URL = `${APP_SCHEME}://${APP_HOST}/`;

/**
 * Whether `url` is a page or file of ours. Compares parsed parts, never string prefixes: `app://kiosk.example/` is not
 * ours. (`URL.origin` is no help: it is "null" for every scheme that the URL standard does not know.)
 */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${APP_SCHEME}:` && host === APP_HOST && username === "" && password === "";
}

/** The scheme of a URL for a log, never its path or query, which may hold personal data. */
export function schemeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol.slice(0, -1) : "unparsable";
}
