import type { CookieSerializeOptions } from "@fastify/cookie";

/**
 * Names and attributes of the console's cookies. The `__Host-` prefix, which browsers keep to this host and to https, is there
 * whenever the public address is https.
 */
export type Cookies = {
  readonly session: string;
  readonly sessionOptions: CookieSerializeOptions;
  /** Carries what a sign-in at the identity provider must find again on its way back; `Lax`, since that way comes from another site. */
  readonly flow: string;
  readonly flowOptions: CookieSerializeOptions;
};

/** Seconds. */
const FLOW_LIFE = 600;

/** @param publicUrl address under which staff reach the console. */
export function cookiesFor(publicUrl: string): Cookies {
  const secure = publicUrl.startsWith("https:");
  const prefix = secure ? "__Host-" : "";
  const common = { httpOnly: true, secure, path: "/" } as const;
  return {
    session: `${prefix}ventanilla-session`,
    sessionOptions: { ...common, sameSite: "strict" },
    flow: `${prefix}ventanilla-oidc`,
    flowOptions: { ...common, sameSite: "lax", maxAge: FLOW_LIFE },
  };
}
