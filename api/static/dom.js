// Elements from values. Text always enters the page as text, never as HTML.

/** An element with properties and children; strings become text nodes, null and undefined are left out. */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  Object.assign(node, properties);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** A table with a caption, column titles, and rows of elements. */
export function table(caption, titles, rows) {
  const head = element("tr", {}, titles.map((title) => element("th", { scope: "col" }, title)));
  return element("table", {}, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, rows));
}

/** The message of a problem+json answer, or of a failed connection. */
export async function problemOf(response) {
  const isProblem = (response.headers.get("content-type") ?? "").startsWith("application/problem+json");
  return isProblem ? (await response.json()).detail : `服务返回 ${response.status}`;
}
