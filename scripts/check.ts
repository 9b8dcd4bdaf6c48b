import { runStaticChecks } from "./static-checks.ts";

process.exit(runStaticChecks().every(({ passed }) => passed) ? 0 : 1);
