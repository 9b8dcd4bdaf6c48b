import { type InnerList, serializeInnerList, serializeItem } from "structured-headers";

/** A component of a message by its name, e.g. `@method` or `content-type`, and its value. */
export type Component = readonly [name: string, value: string];

/**
 * The signature base (RFC 9421 §2.5): one line for every covered component, then the signature's parameters.
 *
 * @param signature the member of `signature-input`: the components' names, and parameters in the order of the header.
 * @throws Error when a value is not printable ASCII: it could forge a line.
 */
export function signatureBase(components: readonly Component[], signature: InnerList): string {
  const lines = components.map(([name, value]) => {
    if (!isSignable(value)) throw new Error(`the value of ${name} cannot be signed`);
    return `${serializeItem(name)}: ${value}`;
  });
  return [...lines, `"@signature-params": ${serializeInnerList(signature)}`].join("\n");
}

/** Whether a component's value is printable ASCII, as the base is made of. */
export function isSignable(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value);
}

export type RequestParts = {
  readonly method: string;
  /** Path and query as on the wire. */
  readonly target: string;
  readonly authority: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
};

/** The value of a component (RFC 9421 §2.1, §2.2), or undefined when the request has none or the name is not known here. */
export function componentOf(request: RequestParts, name: string): string | undefined {
  const question = request.target.indexOf("?");
  switch (name) {
    case "@method":
      return request.method;
    case "@authority":
      // RFC 9421 §2.2.3: lower case, without the scheme's usual port, which some proxies write out.
      return request.authority.toLowerCase().replace(/:443$/, "");
    case "@path":
      return question < 0 ? request.target : request.target.slice(0, question);
    case "@query":
      return question < 0 ? "?" : request.target.slice(question);
    default:
      return name.startsWith("@") ? undefined : header(request, name)?.trim();
  }
}

function header(request: RequestParts, name: string): string | undefined {
  return Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
}
