import { config } from "zod";

// zod compiles object parsers with `new Function` unless told not to, and the page's CSP forbids that. It decides when a
// schema is made, so this module is imported before any that makes one.
config({ jitless: true });
