import { expect, it } from "vitest";
import { takesOver } from "./takes-over.ts";

it.each([
  "PATH",
  "Path",
  "LD_PRELOAD",
  "DYLD_INSERT_LIBRARIES",
  "NODE_OPTIONS",
  "BASH_ENV",
  "PYTHONPATH",
  "GIT_SSH_COMMAND",
  "JDK_JAVA_OPTIONS",
  "GOFLAGS",
  "OPENSSL_CONF",
  "MOORAGE_URL",
])("%s decides what programs load", (name) => expect(takesOver(name)).toBe(true));

it.each([
  "API_KEY",
  "GIT_TOKEN",
  "GITHUB_TOKEN",
  "NPM_TOKEN",
  "NPM_CONFIG__AUTHTOKEN",
  "PYTHON_TOKEN",
  "LDAP_PASSWORD",
  "HOME_URL",
])("%s is a secret like others", (name) => expect(takesOver(name)).toBe(false));
