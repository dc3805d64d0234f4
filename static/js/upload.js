/* The upload page: files dropped on the form are chosen, what is chosen is said, and one press
   uploads once. Works without: the field takes several files by itself.

   <form data-upload> holds <div data-drop> with the field and <p data-chosen> for the words. */

const form = document.querySelector("[data-upload]");
const drop = form?.querySelector("[data-drop]");
const field = form?.querySelector("input[type=file]");
const words = form?.querySelector("[data-chosen]");

function say() {
  const files = [...field.files];
  if (!files.length) return;
  const names = files.slice(0, 5).map((file) => file.name).join(", ");
  const more = files.length > 5 ? ` and ${files.length - 5} more` : "";
  words.textContent = `${files.length} chosen: ${names}${more}.`;
}

if (form) {
  field.addEventListener("change", say);
  say();
  for (const type of ["dragover", "dragenter"]) {
    form.addEventListener(type, (event) => {
      event.preventDefault();
      drop.dataset.over = "";
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) delete drop.dataset.over;
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    delete drop.dataset.over;
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    say();
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent !== undefined) return event.preventDefault();
    form.dataset.sent = "";
    form.querySelector("button.main").textContent = "Uploading";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
}
