// The page on which a doctor pastes a record: sends it to the API and shows the codes with the words that support them.

import { element, problemOf, table } from "./dom.js";

const ROLES = { principal: "主要诊断", other: "其他", external_cause: "损伤外因", morphology: "病理形态", main: "主要手术" };
const SEVERITIES = { block: "阻断", warn: "警告", hint: "提示" };
const byId = (id) => document.getElementById(id);

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  code();
});
byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("form").requestSubmit();
});

async function code() {
  const text = byId("text").value;
  say("正在编码……");
  byId("submit").disabled = true;
  try {
    const response = await fetch("v1/code", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text, patient: patient() }),
    });
    if (!response.ok) throw new Error(await problemOf(response));
    const coding = await response.json();
    show(text, coding);
    say(`诊断 ${coding.diagnoses.length} 条，手术 ${coding.procedures.length} 条，审核提示 ${coding.findings.length} 条，` +
      `用时 ${Math.round(coding.timings_ms.total ?? 0)} 毫秒`);
    byId("record-title").focus();
  } catch (error) {
    byId("result").hidden = true;
    say(error instanceof TypeError ? "连不上服务：请确认 coder serve 正在运行" : error.message, true);
  } finally {
    byId("submit").disabled = false;
  }
}

function patient() {
  const known = {};
  if (byId("sex").value) known.sex = byId("sex").value;
  if (byId("age").value) known.age_years = Number(byId("age").value);
  return known;
}

function say(message, isError = false) {
  byId("status").textContent = message;
  byId("status").classList.toggle("error", isError);
}

function show(text, coding) {
  const items = [...coding.diagnoses, ...coding.procedures];
  const concepts = [coding.tcm?.disease, coding.tcm?.syndrome].filter(Boolean);
  const all = [...items, ...concepts];
  byId("record").replaceChildren(...markedText(text, all));
  byId("codes").replaceChildren(...[
    codeTable("诊断", coding.diagnoses, all),
    coding.principal_reason && element("p", { className: "quiet" }, `主要诊断选择：${coding.principal_reason.reason}`),
    codeTable("手术与操作", coding.procedures, all),
    codeTable("中医病证", concepts, all),
  ].filter(Boolean));
  byId("findings").replaceChildren(findingList(coding.findings));
  byId("grouping").replaceChildren(...groupView(coding.grouping));
  byId("result").hidden = false;
}

/** The record cut at every edge of an evidence span. Offsets count code points, JavaScript strings do not. */
function markedText(text, items) {
  const characters = Array.from(text);
  const spans = items.flatMap((item, index) => item.evidence.map(({ start, end }) => ({ start, end, index })));
  const edges = [...new Set([0, characters.length, ...spans.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, position) => {
    const end = edges[position + 1];
    const piece = characters.slice(start, end).join("");
    const owners = [...new Set(spans.filter((span) => span.start <= start && end <= span.end).map((span) => span.index))];
    if (!owners.length) return document.createTextNode(piece);
    const mark = element("mark", { title: owners.map((index) => `${items[index].code} ${items[index].name}`).join("\n") }, piece);
    mark.dataset.items = owners.join(" ");
    mark.addEventListener("click", () => choose(owners));
    return mark;
  });
}

function codeTable(caption, items, all) {
  if (!items.length) return caption === "诊断" ? element("p", {}, "没有找到可编码的诊断。") : null;
  const rows = items.map((item) => {
    const index = all.indexOf(item);
    const button = element("button", { type: "button", className: "code", onclick: () => choose([index], true) }, item.code);
    button.setAttribute("aria-label", `${item.code} ${item.name}，查看原文依据`);
    const alternatives = item.alternatives.map((one) => `${one.code} ${one.name}`).join("；");
    const row = element("tr", {},
      element("td", {}, button),
      element("td", {}, item.name, tag(item.is_gray && "灰码"), tag(item.severity && item.severity !== "none" && item.severity.toUpperCase()),
        alternatives ? element("details", {}, element("summary", {}, "备选"), alternatives) : null),
      element("td", { className: "role" }, ROLES[item.role] ?? ""),
      element("td", { className: "number" }, item.probability.toFixed(2)),
      element("td", {}, [...new Set(item.evidence.map(({ text }) => text))].slice(0, 3).join("；")));
    row.dataset.item = index;
    return row;
  });
  return table(caption, ["编码", "名称", "角色", "概率", "病历原文"], rows);
}

function tag(text) {
  return text ? element("span", { className: "tag" }, text) : null;
}

/** Highlight these items in the record and in the tables; bring the first supporting words into view if asked to. */
function choose(indices, scroll = false) {
  const chosen = new Set(indices.map(String));
  for (const mark of document.querySelectorAll("mark")) {
    mark.classList.toggle("chosen", mark.dataset.items.split(" ").some((index) => chosen.has(index)));
  }
  for (const row of document.querySelectorAll("tr[data-item]")) row.classList.toggle("chosen", chosen.has(row.dataset.item));
  const target = document.querySelector(scroll ? "mark.chosen" : "tr.chosen");
  target?.scrollIntoView({ block: "nearest" });
}

function findingList(findings) {
  if (!findings.length) return element("p", { className: "quiet" }, "没有审核提示。");
  return element("ul", {}, findings.map((finding) => element("li", {},
    element("strong", { className: finding.severity }, `${SEVERITIES[finding.severity]} `),
    finding.message,
    finding.suggestion ? `（建议：${finding.suggestion}）` : null,
    element("span", { className: "quiet" }, ` ${finding.rule_id}`))));
}

function groupView(grouping) {
  const place = [grouping.mdc, grouping.adrg, grouping.drg].filter(Boolean).join(" → ");
  const weight = grouping.weight === null ? "" : `，权重 ${grouping.weight}`;
  return [
    element("p", {}, element("strong", {}, grouping.status), ` ${place} ${grouping.name ?? ""}${weight}`, tag(grouping.scheme)),
    element("ol", { className: "quiet" }, grouping.trail.map((step) => element("li", {}, step))),
  ];
}
