import { expect, it } from "vitest";
import { checkFunctionPath, pathOfRunRoute } from "./function-path.ts";

it.each(["messages:list", "messages", "dir/messages:list", "messages.js:list", "a/./b:c", "_system/x:y", "m/:f"])(
  "%j may name a function",
  (path) => {
    checkFunctionPath(path);
  },
);

it.each([
  ["", "Module path  doesn't have a filename."],
  ["/m:f", "Module paths must be relative (/m is absolute)."],
  ["a/../m:f", "Invalid path component ParentDir in a/../m."],
  ["./m:f", "Invalid path component CurDir in ./m."],
  ["m.ts:f", "Module path (m.ts) has an extension that isn't 'js'."],
  ["a b:f", "Path component a b.js can only contain alphanumeric characters, underscores, or periods."],
  ["m:", "Identifier cannot be empty"],
  ["m:1f", "Invalid first character '1' in 1f: Identifiers must start with an alphabetic character or underscore"],
  [
    "m:o-k",
    "Identifier o-k has invalid character '-': Identifiers can only contain alphanumeric characters or underscores",
  ],
  ["m:__", "Identifier __ cannot have exclusively underscores"],
])("%j may not: %s", (path, reason) => {
  expect(() => checkFunctionPath(path)).toThrow(`${path} is not a valid path to a Convex function. ${reason}`);
});

it("the path in a run route ends with the function's name", () => {
  expect(pathOfRunRoute("messages/list")).toBe("messages:list");
  expect(pathOfRunRoute("dir/mess%61ges/list")).toBe("dir/messages:list");
  for (const route of ["", "list", "%"]) expect(() => pathOfRunRoute(route)).toThrow("/api/run/messages/list");
});
