import { err, ok, type Result } from "./result.ts";

/** Nine digits, with or without the country's code and its sign: mobile numbers begin with 9, an area's with 2 to 7. */
const WRITTEN = /^(?:(?:\+|00)?56)?([2-79]\d{8})$/;

/** A Chilean telephone number of either kind as people write it (`2 2345 6789`, `+56 9 8765 4321`), in E.164. */
export function parsePhone(written: string): Result<string, "phone"> {
  const subscriber = WRITTEN.exec(written.replace(/[\s.()\u2010-\u2015-]/g, ""))?.[1];
  return subscriber === undefined ? err("phone") : ok(`+56${subscriber}`);
}

/** A Chilean mobile number as people write it, in E.164: the only ones that get SMS. */
export function parseMobile(written: string): Result<string, "mobile"> {
  const phone = parsePhone(written);
  return phone.ok && phone.value.startsWith("+569") ? phone : err("mobile");
}
