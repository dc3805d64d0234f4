/* The filters of a list: empty fields stay out of the address, and the sheet of a phone closes when sent. */

document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[popover]:popover-open")) event.target.hidePopover();
});
