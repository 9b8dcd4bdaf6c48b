/**
 * The policy of every response of `app://kiosk/`. `sandbox` without `allow-modals`, `allow-popups`, `allow-downloads` and
 * `allow-top-navigation` closes alert, print, windows, downloads and framed navigation inside Blink already.
 */
export const CONTENT_SECURITY_POLICY: Readonly<Record<string, readonly string[]>> = {
  "default-src": ["'none'"],
  "script-src": ["'self'"],
  "style-src": ["'self'"],
  "img-src": ["'self'", "data:"],
  "font-src": ["'self'"],
  "media-src": ["'self'"],
  "connect-src": ["'none'"],
  "frame-src": ["'none'"],
  "worker-src": ["'none'"],
  "object-src": ["'none'"],
  "manifest-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
  "frame-ancestors": ["'none'"],
  "require-trusted-types-for": ["'script'"],
  "trusted-types": ["'none'"],
  sandbox: ["allow-scripts", "allow-same-origin", "allow-forms"],
};

export function serializePolicy(policy: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(policy)
    .map(([directive, values]) => [directive, ...values].join(" "))
    .join("; ");
}

/** Features that a page could use without asking; all off for every origin. */
const PERMISSIONS_POLICY = [
  "accelerometer",
  "autoplay",
  "bluetooth",
  "camera",
  "clipboard-read",
  "clipboard-write",
  "display-capture",
  "fullscreen",
  "geolocation",
  "gyroscope",
  "hid",
  "idle-detection",
  "keyboard-map",
  "local-fonts",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "picture-in-picture",
  "publickey-credentials-get",
  "screen-wake-lock",
  "serial",
  "usb",
  "web-share",
  "window-management",
  "xr-spatial-tracking",
];

/** Speech and recordings start without a touch: a blind citizen hears the first screen. */
const ALLOWED_FEATURES = new Set(["autoplay"]);

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": serializePolicy(CONTENT_SECURITY_POLICY),
  "permissions-policy": PERMISSIONS_POLICY.map(
    (feature) => `${feature}=${ALLOWED_FEATURES.has(feature) ? "(self)" : "()"}`,
  ).join(", "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-dns-prefetch-control": "off",
  "cache-control": "no-store",
};
