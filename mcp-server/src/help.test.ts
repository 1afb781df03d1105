import { expect, it } from "vitest";
import { runCommand } from "./cli.ts";
import { help } from "./help.ts";

it("a tool that shows a value is no command, in the list or out of it", async () => {
  expect(help).toContain("moorage secret list");
  expect(help).not.toContain("moorage secret get");
  expect(await runCommand(["secret", "get", "API_KEY"], { kind: "embedded" })).toMatchObject({
    ok: false,
    text: expect.stringContaining("there is no command"),
  });
});
