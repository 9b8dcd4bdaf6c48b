import { FleetFailure } from "../client.ts";
import { type FleetCommand, flag, UsageError, word } from "../command.ts";

export const SESSION_COMMANDS: Readonly<Record<string, FleetCommand>> = {
  "sign-in": {
    usage: "sign-in <name> [--new-password]",
    summary: "Signs in; the password is asked for, or read from standard input, one line each",
    options: { "new-password": { type: "boolean" } },
    words: [1, 1],
    async run(context) {
      const { client, output, askSecret, keepToken } = context;
      const name = word(context, 0);
      const { protocol, hostname } = new URL(client.server);
      if (protocol === "http:" && !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname))
        throw new UsageError(`${client.server} is not https: a password is not sent there`);
      const password = await askSecret(`Password of ${name}: `);
      const askNew = () => askSecret("New password (at least 12 characters): ");
      const signIn = async (): Promise<string> => {
        if (flag(context, "new-password")) return await client.signIn(name, password, await askNew());
        try {
          return await client.signIn(name, password, undefined);
        } catch (problem) {
          if (!(problem instanceof FleetFailure) || problem.code !== "access.new-password-needed") throw problem;
          output.say("This password is good for one sign-in.");
          return await client.signIn(name, password, await askNew());
        }
      };
      keepToken(await signIn());
      output.one({ name, server: client.server }, { "signed in": name, at: client.server });
      return true;
    },
  },
  "sign-out": {
    usage: "sign-out",
    summary: "Ends the session",
    words: [0, 0],
    async run({ client, keepToken, output }) {
      await client.call("signOut");
      keepToken(undefined);
      output.say("signed out");
      return true;
    },
  },
  session: {
    usage: "session",
    summary: "Who is signed in, and what they may do",
    words: [0, 0],
    async run({ client, output }) {
      const { csrf: _csrf, ...session } = await client.call("session");
      output.one(session, { name: session.name, roles: session.roles, "may do": session.operations });
      return true;
    },
  },
};
