import { expect, it } from "vitest";
import { runAll } from "./programs.ts";

const shell = (script: string) => ["/bin/sh", "-c", script];

it("a program that does not end is waited for only so long, and that is said in words", () => {
  expect(runAll([shell("trap '' TERM; exec sleep 600")], 300)?.how).toBe("did not end within 0.3 seconds");
});

it("a program that fails is told by its words, or by how it ended", () => {
  expect(runAll([shell("echo no such scope >&2; exit 1")])?.how).toBe("said “no such scope”");
  expect(runAll([shell("exit 3")])?.how).toBe("ended with exit code 3");
  expect(runAll([shell("kill -9 $$")])?.how).toBe("ended with the signal SIGKILL");
  expect(runAll([["/nowhere/claude"]])?.how).toBe("could not be started");
});

it("one after the other, up to the first that fails", () => {
  expect(runAll([shell("exit 0"), shell("exit 2"), shell("echo never; exit 1")])).toMatchObject({
    call: shell("exit 2"),
    said: "it ended with exit code 2",
  });
});
