/** `npm run fleet -- <command>`: the operator's tool; `tuf-client` drives the kiosk's update client, `repository` is the release manager's. */
const [first] = process.argv.slice(2);
if (first === "tuf-client") await import("../fleet-agent/update/cli.ts");
else if (first === "repository") await import("../fleet-server/repository/cli.ts");
else await import("../fleet-server/cli/main.ts");
