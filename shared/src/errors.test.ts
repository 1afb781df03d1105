import { describe, expect, it } from "vitest";
import { AppError, ERRORS, type ErrorCode, parseErrorShape } from "./errors.ts";

describe("an error", () => {
  it("crosses the wire and is known again", () => {
    const error = new AppError("not_found", "There is no such thing.", { hint: "List what there is." });
    expect(parseErrorShape(JSON.parse(JSON.stringify(error.toShape("r-1"))))).toEqual({
      code: "not_found",
      message: "There is no such thing.",
      hint: "List what there is.",
      retryable: false,
      requestId: "r-1",
    });
  });

  it("for an operator says its fixed sentence, whatever it was given", () => {
    expect(new AppError("internal", "select * from keys", { cause: new Error("secret") }).message).toBe(
      ERRORS.internal.message,
    );
  });

  it("without a message where the table has none is a mistake of ours", () => {
    expect(() => new AppError("not_found")).toThrow(TypeError);
  });

  it.each([null, "not_found", {}, { code: "made_up", message: "", hint: "", retryable: true }])(
    "%j from the wire is not one of ours",
    (data) => {
      expect(parseErrorShape(data)).toBeUndefined();
    },
  );

  it.each(Object.keys(ERRORS) as ErrorCode[])("%s has a message for everyone who may see it", (code) => {
    expect(new AppError(code, "Something about the caller's input.").message).not.toBe("");
  });
});
