import { expect, it } from "vitest";
import { parseMessage } from "./messages.ts";

it("a message has a version, an id or a method, and parameters by name", () => {
  expect(parseMessage('{"jsonrpc":"2.0","id":"a","method":"ping","params":{}}')).toMatchObject({ id: "a" });
  expect(parseMessage('{"jsonrpc":"2.0","method":"notifications/initialized"}')).toBeDefined();
  expect(parseMessage('{"jsonrpc":"2.0","id":0,"result":{}}')).toBeDefined();
});

it.each([
  ["no JSON", "{"],
  ["no object", "[]"],
  ["null", "null"],
  ["no version", '{"id":1,"method":"ping"}'],
  ["another version", '{"jsonrpc":"1.0","id":1,"method":"ping"}'],
  ["a null id", '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
  ["a fractional id", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
  ["an object for an id", '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
  ["a method that is no text", '{"jsonrpc":"2.0","id":1,"method":7}'],
  ["parameters by position", '{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}'],
  ["neither id nor method", '{"jsonrpc":"2.0"}'],
])("a line with %s is no message", (_, line) => {
  expect(parseMessage(line)).toBeUndefined();
});
