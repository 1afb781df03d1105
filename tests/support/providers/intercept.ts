/** Loaded before the server's own code, in tests alone: calls to the named hosts go to the test that started this process. */
const { TESTS_UPSTREAM: upstream, TESTS_UPSTREAM_HOSTS: hosts = "" } = process.env;
const real = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (!hosts.split(" ").includes(url.host)) return real(input, init);
  return real(`${upstream}/${url.host}${url.pathname}${url.search}`, init);
};
