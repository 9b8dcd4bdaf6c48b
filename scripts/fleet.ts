/** `npm run fleet -- <command>`: the operator's tool; `tuf-client` drives the kiosk's update client instead. */
const [first] = process.argv.slice(2);
if (first === "tuf-client") await import("../fleet-agent/update/cli.ts");
else await import("../fleet-server/cli/main.ts");
