// The lazy view.
export function show(parent) {
  const view = document.createElement("p");
  view.id = "view";
  view.textContent = `The plan of release ${process.env.BUILD}`;
  parent.append(view);
}
