/**
 * Variables by which a program, or the next one that it starts, loads code or settings from somewhere else. Whoever may
 * set secrets could otherwise run code of their own on every machine where somebody runs a program with them.
 */
const NAMES = [
  /^(PATH|PATHEXT|HOME|USERPROFILE|XDG_(CONFIG|DATA)_\w+|COMSPEC|SHELL|ENV|BASH_ENV|BASH_FUNC_\w*|ZDOTDIR|IFS|PS4|PROMPT_COMMAND)$/,
  /^(LD|DYLD|MOORAGE)_\w+$/,
  /^(NODE_OPTIONS|NODE_PATH|NPM_CONFIG_(?!\w*(TOKEN|AUTH|PASSWORD)$)\w+|DENO_DIR|BUN_OPTIONS)$/,
  /^PYTHON(PATH|HOME|STARTUP|USERBASE|INSPECT|BREAKPOINT)$/,
  /^(PERL5?(LIB|OPT|DB)|PERL5DB|RUBY(LIB|OPT)|GEM_(HOME|PATH)|CLASSPATH|_?JAVA_(TOOL_)?OPTIONS|JDK_JAVA_OPTIONS|(MAVEN|GRADLE|SBT)_OPTS|DOTNET_STARTUP_HOOKS|PHPRC|PHP_INI_SCAN_DIR)$/,
  /^GIT_(SSH|SSH_COMMAND|ASKPASS|EDITOR|PAGER|EXEC_PATH|PROXY_COMMAND|EXTERNAL_DIFF|TEMPLATE_DIR|DIR|CONFIG\w*)$/,
  /^(OPENSSL_(CONF|ENGINES|MODULES)|GCONV_PATH|GOFLAGS|RUSTC(_WORKSPACE)?_WRAPPER|MAKEFLAGS|LUA_INIT\w*|ERL_\w*FLAGS)$/,
  /^(EDITOR|VISUAL|PAGER|LESSOPEN|BROWSER|SSH_ASKPASS)$/,
];

/** Whether a variable decides what programs load. On Windows, names are the same in small letters. */
export const takesOver = (name: string): boolean => NAMES.some((names) => names.test(name.toUpperCase()));
