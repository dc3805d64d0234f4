/* A part that is refetched after the session ended answers with the sign-in page. It is not put into
   the part: the whole page is loaded again, which asks to sign in and then comes back here. */

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { requestPath, responsePath } = event.detail.pathInfo;
  const path = (address) => new URL(address, location.href).pathname;
  if (!responsePath || path(requestPath) === path(responsePath)) return;
  event.detail.shouldSwap = false;
  location.reload();
});
