// The API's description, drawn from openapi.json, with every example ready to be sent.

import { element, problemOf, table } from "./dom.js";

const byId = (id) => document.getElementById(id);

async function main() {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(await problemOf(response));
  const api = await response.json();
  byId("about").textContent = `${api.info.title} ${api.info.version}：${api.info.description}`;
  byId("operations").replaceChildren(...Object.entries(api.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => view(api, path, method.toUpperCase(), operation))));
  byId("status").textContent = "";
}

function view(api, path, method, operation) {
  const body = operation.requestBody?.content["application/json"];
  const parameters = operation.parameters ?? [];
  return element("details", { open: true },
    element("summary", {}, element("span", { className: "mono" }, `${method} ${path}`), ` ${operation.summary}`),
    element("p", {}, operation.description ?? ""),
    parameters.length ? table("参数", ["名称", "必填", "类型", "说明"], parameters.map(parameterRow)) : null,
    body ? fieldTable("请求体", api, body.schema) : null,
    fieldTable("应答", api, operation.responses["200"].content["application/json"].schema),
    table("其他状态", ["状态", "格式", "说明"], Object.entries(operation.responses).filter(([status]) => status !== "200").map(statusRow)),
    trial(path, method, parameters, body));
}

function parameterRow({ name, required, schema, description }) {
  return row(name, required ? "是" : "否", typeName(schema) + defaultOf(schema), description ?? "");
}

function statusRow([status, { description, content }]) {
  return row(status, Object.keys(content ?? {}).join("、"), description);
}

function fieldTable(caption, api, schema) {
  const resolved = resolve(api, schema);
  const rows = Object.entries(resolved.properties ?? {}).map(([name, field]) =>
    row(name, (resolved.required ?? []).includes(name) ? "是" : "否", typeName(field) + defaultOf(field), field.description ?? ""));
  return table(`${caption}（${resolved.title}）`, ["字段", "必有", "类型", "说明"], rows);
}

function row(...cells) {
  return element("tr", {}, cells.map((cell, position) => element("td", { className: position ? "" : "mono" }, String(cell))));
}

function resolve(api, schema) {
  return schema.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema;
}

function typeName(schema) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(typeName).join(" 或 ");
  if (schema.enum) return schema.enum.join("、");
  if (schema.type === "array") return `${typeName(schema.items)} 的数组`;
  return schema.type ?? "任意";
}

function defaultOf(schema) {
  return ["string", "number"].includes(typeof schema.default) ? `，默认 ${schema.default}` : "";
}

function trial(path, method, parameters, body) {
  const example = Object.values(body?.examples ?? {})[0]?.value;
  const query = new URLSearchParams(parameters.filter(({ schema }) => schema.examples).map(({ name, schema }) => [name, schema.examples[0]]));
  const target = element("input", { className: "mono", value: path + (query.size ? `?${query}` : ""), size: 60 });
  target.setAttribute("aria-label", `${method} 的地址`);
  const request = example ? element("textarea", { className: "mono", rows: 12, value: JSON.stringify(example, null, 2), spellcheck: false }) : null;
  request?.setAttribute("aria-label", "请求体");
  const answer = element("pre", { hidden: true });
  const send = element("button", { type: "button", className: "send" }, "发送示例");
  send.addEventListener("click", async () => {
    send.disabled = true;
    try {
      const response = await fetch(target.value.replace(/^\//, ""), request
        ? { method, headers: { "content-type": "application/json" }, body: request.value } : { method });
      answer.textContent = `${response.status} ${response.statusText}\n${JSON.stringify(await response.json(), null, 2)}`;
    } catch (error) {
      answer.textContent = `没有得到应答：${error.message}`;
    }
    answer.hidden = false;
    send.disabled = false;
  });
  return element("div", {}, target, request, element("p", {}, send), answer);
}

main().catch((error) => { byId("status").textContent = `无法读取接口说明：${error.message}`; });
