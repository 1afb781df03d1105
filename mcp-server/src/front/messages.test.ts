import { expect, it } from "vitest";
import { INVALID_PARAMS, INVALID_REQUEST, parseLine, readMessage } from "./messages.ts";

const read = (line: string) => readMessage(parseLine(line));

it("a message has a version, an id or a method, and parameters by name", () => {
  expect(read('{"jsonrpc":"2.0","id":"a","method":"ping","params":{}}')).toMatchObject({ id: "a", method: "ping" });
  expect(read('{"jsonrpc":"2.0","method":"notifications/initialized"}')).toMatchObject({ jsonrpc: "2.0" });
  expect(read('{"jsonrpc":"2.0","id":0,"result":{}}')).toMatchObject({ id: 0 });
  expect(read('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":7}}}')).toMatchObject({
    id: 1,
  });
});

it.each([
  ["no JSON", "{"],
  ["no object", "[]"],
  ["null", "null"],
  ["a null id", '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
  ["a fractional id", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
  ["an id too great to be told from its neighbours", '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}'],
  ["an object for an id", '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
  ["neither id nor method", '{"jsonrpc":"2.0"}'],
  ["no id and parameters by position", '{"jsonrpc":"2.0","method":"notifications/cancelled","params":[1]}'],
  ["another version and a result", '{"jsonrpc":"1.0","id":1,"result":{}}'],
])("a line with %s is no message", (_, line) => {
  expect(read(line)).toBeUndefined();
});

it.each([
  ["no version", '{"id":1,"method":"ping"}', INVALID_REQUEST],
  ["another version", '{"jsonrpc":"1.0","id":1,"method":"ping"}', INVALID_REQUEST],
  ["a method that is no text", '{"jsonrpc":"2.0","id":1,"method":7}', INVALID_REQUEST],
  ["a field of its own", '{"jsonrpc":"2.0","id":1,"method":"ping","extra":1}', INVALID_REQUEST],
  ["parameters by position", '{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}', INVALID_PARAMS],
  ["a text for _meta", '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":"bad"}}', INVALID_PARAMS],
  [
    "an object for a progress token",
    '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":{}}}}',
    INVALID_PARAMS,
  ],
])("a request with %s is refused under its id", (_, line, code) => {
  expect(read(line)).toMatchObject({ malformed: 1, code });
});
