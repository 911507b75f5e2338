// ?done= has had its say: the address is clean again, so that a reload does not repeat it.
if (/[?&]done=/.test(location.search)) {
  const url = new URL(location.href);
  url.searchParams.delete("done");
  history.replaceState(history.state, "", url);
}
