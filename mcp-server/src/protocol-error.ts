/** A failure of a request that has no result to carry it: only tools answer with an error of their own. */
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { ERRORS, type ErrorShape } from "@moorage/shared/errors";

/** The message is ours and goes to the client as it stands. */
export class ProtocolError extends Error {
  readonly code: number;
  readonly data?: ErrorShape;

  constructor(code: number, message: string, data?: ErrorShape) {
    super(message);
    this.code = code;
    if (data !== undefined) this.data = data;
  }
}

export const invalidParams = (message: string): ProtocolError => new ProtocolError(ErrorCode.InvalidParams, message);

/** As the specification has it; the SDK's list lacks it. */
const RESOURCE_NOT_FOUND = -32002;

export const noSuchResource = (uri: string): ProtocolError =>
  new ProtocolError(RESOURCE_NOT_FOUND, `Unknown resource: ${JSON.stringify(uri.slice(0, 128))}`);

/** An error of ours with everything a tool would say of it: the hint in the message, the whole as data. */
export function asProtocolError(shape: ErrorShape): ProtocolError {
  const ofCaller = ERRORS[shape.code].audience === "caller" ? ErrorCode.InvalidParams : ErrorCode.InternalError;
  const code = shape.code === "not_found" ? RESOURCE_NOT_FOUND : ofCaller;
  const stop = /[.!?]$/.test(shape.message) ? "" : ".";
  return new ProtocolError(code, `${shape.message}${stop} ${shape.hint}`, shape);
}
