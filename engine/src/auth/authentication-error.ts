export type AuthenticationErrorCode =
  | "AuthProviderDiscoveryFailed"
  | "InvalidAuthHeader"
  | "NoAuthProvider"
  | "Unauthenticated";

/** The caller is not who the request says. The message is made for the caller: it holds nothing of ours. */
export class AuthenticationError extends Error {
  override readonly name = "AuthenticationError";
  readonly code: AuthenticationErrorCode;

  constructor(code: AuthenticationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
